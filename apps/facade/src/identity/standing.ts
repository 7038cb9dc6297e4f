import type { RouteDefinition } from '@emotibot/contracts'
import type { Judgement, Revocations } from '../revocation/revocations.ts'
import type { Requester } from './requester.ts'

/**
 * Whether the session of a request's token goes on, as far as is known here at once. Public routes look at no token,
 * and one that no side will take is for the side to refuse.
 */
export function standingOf(
  requester: Requester,
  { access }: Pick<RouteDefinition, 'access'>,
  revocations: Pick<Revocations, 'judge'>,
): Judgement {
  if (access === 'public' || requester.token === null) return 'live'
  const { sid } = requester
  return sid === null ? 'live' : revocations.judge(sid)
}
