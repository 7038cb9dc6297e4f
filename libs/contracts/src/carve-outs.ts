import type { Domain, RouteDefinition } from './route.ts'

/** Domains whose rows are carved out: two stores kept in step, with a folder in `migrations/`. */
export const CARVED_OUT: readonly Domain[] = ['auth', 'conversation', 'emotion']

export function isCarvedOut({ domain }: Pick<RouteDefinition, 'domain'>): boolean {
  return CARVED_OUT.includes(domain)
}

/** The domains whose rows an answer is made from; none for a route that reads nothing. */
export function domainsRead({ domain, effect, alsoReads = [] }: RouteDefinition): Domain[] {
  if (effect === 'pure') return []
  return [domain, ...alsoReads].filter((each) => CARVED_OUT.includes(each))
}
