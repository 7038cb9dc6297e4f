import { type Domain, domainsRead, type RouteKey, routeOf } from '@emotibot/contracts'

/**
 * Whose rows a route's answers are made from here. What was written on the service of one of these domains is waited for, and
 * nothing else: a mover that stands still for one domain holds up nobody of another.
 */
export function readsFrom(key: RouteKey): Domain[] {
  // The emotion service asks conversation for the turn; here it is looked up.
  return key === 'emotion.feedback' ? ['emotion', 'conversation'] : domainsRead(routeOf(key))
}
