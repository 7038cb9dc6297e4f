import type { SessionState } from '@emotibot/contracts'

/**
 * What the stores' answers so far come to; null while they do not. An end is an end, whoever knows of it. Otherwise
 * only the owner's word counts: the other side may not have applied the end yet, and one that calls itself the owner
 * has applied all that was answered before (the flip's own order, DESIGN §6.10).
 */
export function verdictOf(states: readonly SessionState[]): 'live' | 'revoked' | null {
  if (states.some(({ state }) => state === 'ended')) return 'revoked'
  const owner = states.find(({ is_owner }) => is_owner)
  if (!owner) return null
  return owner.state === 'live' ? 'live' : 'revoked'
}
