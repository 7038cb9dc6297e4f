import { type FeltTurns, INTERNAL, INTERNAL_ROUTES, ON_BEHALF_OF, type TurnFound } from '@emotibot/contracts'
import { ApiError, awaitPosition, type Server, verifyServiceToken } from '@emotibot/service-kit'
import type { FastifyRequest } from 'fastify'
import { latestFelt } from '../ai/insights.ts'
import { findTurn } from '../conversation/turns.ts'
import { readsFrom } from '../reads-from.ts'
import type { Store } from '../store/store.ts'

export type InternalDeps = {
  readonly store: Store
  /** What service tokens are made with. */
  readonly secret: string
}

/** What services ask of other domains while those are here; no path of the public contract. */
export function mountInternal(server: Server, { store, secret }: InternalDeps): void {
  const { turn, felt } = INTERNAL_ROUTES

  server.get<{ Params: { id: string } }>(
    turn.path,
    { onRequest: createGuard(turn, { store, secret }) },
    async (request): Promise<TurnFound> => {
      const userId = userOf(request)
      const found = store.read((db) => findTurn(db, request.params.id, userId))
      if (!found) throw new ApiError('NOT_FOUND', 'There is no such turn. It may have been deleted.')
      return { turn_id: found.id, user_id: userId }
    },
  )

  server.get(felt.path, { onRequest: createGuard(felt, { store, secret }) }, (request): FeltTurns => {
    const userId = userOf(request)
    return { turns: store.read((db) => latestFelt(db, userId)) }
  })
}

type InternalRoute = (typeof INTERNAL_ROUTES)[keyof typeof INTERNAL_ROUTES]

/** Who asks is known, and what they have seen is here, before anything is read. */
function createGuard({ as }: InternalRoute, { store, secret }: InternalDeps) {
  const isApplied = store.isAppliedOf(readsFrom(as))
  return async (request: FastifyRequest): Promise<void> => {
    const token = headerOf(request, ON_BEHALF_OF.token)
    await verifyServiceToken(token, { secret, audience: INTERNAL })
    await awaitPosition(request, isApplied)
  }
}

function userOf(request: FastifyRequest): string {
  const user = headerOf(request, ON_BEHALF_OF.user)
  if (user !== '') return user
  throw new ApiError('BAD_REQUEST', `Say in ${ON_BEHALF_OF.user} which user this is for.`)
}

function headerOf({ headers }: FastifyRequest, name: string): string {
  return String(headers[name] ?? '')
}
