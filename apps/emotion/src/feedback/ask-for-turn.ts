import { fold, INTERNAL_ROUTES, POSITION_HEADER, TurnFound } from '@emotibot/contracts'
import { type Call, createCheck, type InternalClient } from '@emotibot/service-kit'
import { turnUnknownError } from '../errors.ts'

/** Whether the user has such a turn, as its domain says. Throws ApiError BUSY when that does not answer. */
export type AskForTurn = (call: Call<'emotion.feedback'>) => Promise<boolean>

/** Less than what the facade gives a write. */
const DEADLINE_MS = 2_000

const isTurnFound = createCheck(TurnFound)

export function createAskForTurn(client: InternalClient): AskForTurn {
  return async ({ body, identity, request }) => {
    const { sub: user, username } = identity.claims
    const position = request.headers[POSITION_HEADER]
    const answer = await client
      .ask({
        method: 'GET',
        path: INTERNAL_ROUTES.turn.path.replace(':id', encodeURIComponent(body.turn_id)),
        user,
        partition: fold(username),
        authorization: request.headers.authorization,
        position: typeof position === 'string' ? position : undefined,
        requestId: request.id,
        deadlineMs: DEADLINE_MS,
      })
      .catch((cause: unknown) => {
        throw turnUnknownError(cause)
      })
    if (answer.status === 404) return false
    if (answer.status === 200 && isTurnFound(answer.body)) return answer.body.user_id === user
    throw turnUnknownError(new Error(`The turn's domain answered ${answer.status}.`))
  }
}
