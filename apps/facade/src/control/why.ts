import { bucketOf, fold, isRouteKey, routeOf, type Why } from '@emotibot/contracts'
import { decide, EMPTY_SNAPSHOT, flagOf, VALID_NAMES } from '@emotibot/flags'
import type { ControlContext } from './context.ts'
import { ControlError } from './errors.ts'

/** Which side would answer this user on this route now, and why. */
export function explain(user: string, key: string, { ledger, upstreams }: ControlContext): Why {
  if (!isRouteKey(key))
    throw new ControlError(
      'UNKNOWN_NAME',
      `No route is called "${key}". There are: ${VALID_NAMES.join(', ')}.`,
    )
  const snapshot = ledger.snapshot ?? EMPTY_SNAPSHOT
  const route = routeOf(key)
  const { stage, share, flip } = flagOf(snapshot, key)
  const partition = fold(user)
  const decision = decide(route, snapshot, { partition })
  const breaker = upstreams.services.get(route.domain)?.breakerOf(key).state
  const isCut = decision.side === 'service' && breaker === 'open'
  const canFallBack = route.effect === 'pure' && stage !== 'retired'
  return {
    route: key,
    partition,
    bucket: bucketOf(partition),
    stage,
    share,
    side: isCut && canFallBack ? 'monolith' : decision.side,
    reason: isCut ? `${decision.reason}, but its breaker is open` : decision.reason,
    last_flip: flip,
  }
}
