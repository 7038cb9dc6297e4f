import type { Domain, RouteDefinition } from './route.ts'

/** Domains whose rows are carved out: two stores kept in step, with a folder in `migrations/`. */
export const CARVED_OUT: readonly Domain[] = ['auth']

export function isCarvedOut({ domain }: Pick<RouteDefinition, 'domain'>): boolean {
  return CARVED_OUT.includes(domain)
}
