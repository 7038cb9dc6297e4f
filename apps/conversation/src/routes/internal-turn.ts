import { INTERNAL, INTERNAL_ROUTES, ON_BEHALF_OF, type TurnFound } from '@emotibot/contracts'
import {
  ApiError,
  awaitPosition,
  type IsApplied,
  type Server,
  verifyServiceToken,
} from '@emotibot/service-kit'
import type { Store } from '@emotibot/service-store'
import type { FastifyRequest } from 'fastify'
import { noTurnError } from '../errors.ts'
import { findTurn } from '../turns.ts'

export type InternalTurnDeps = {
  readonly store: Store
  readonly secret: string
  readonly isApplied: IsApplied
}

/** Tells our own processes whether a user has a turn. */
export function mountInternalTurn(server: Server, { store, secret, isApplied }: InternalTurnDeps): void {
  server.get<{ Params: { id: string } }>(INTERNAL_ROUTES.turn.path, async (request): Promise<TurnFound> => {
    const userId = await onBehalfOf(request, secret)
    await awaitPosition(request, isApplied)
    const turn = await store.read((db) => findTurn(db, request.params.id, userId))
    if (!turn) throw noTurnError()
    return { turn_id: turn.turnId, user_id: userId }
  })
}

async function onBehalfOf({ headers }: FastifyRequest, secret: string): Promise<string> {
  const token = headers[ON_BEHALF_OF.token]
  const userId = headers[ON_BEHALF_OF.user]
  await verifyServiceToken(typeof token === 'string' ? token : '', { secret, audience: INTERNAL })
  if (typeof userId === 'string' && userId !== '') return userId
  throw new ApiError('BAD_REQUEST', `The header ${ON_BEHALF_OF.user} must say whose turn is meant.`)
}
