import { type FeltTurns, INTERNAL_ROUTES, ON_BEHALF_OF } from '@emotibot/contracts'
import { ApiError, awaitPosition, type IsApplied, type Server } from '@emotibot/service-kit'
import type { Store } from '@emotibot/service-store'
import { readFelt } from '../trends/read-felt.ts'
import { requireInternalCall } from './service-tokens.ts'

export type FeltDeps = { readonly store: Store; readonly secret: string; readonly isApplied: IsApplied }

/** Tells our own processes how a user felt lately. */
export function mountFelt(server: Server, { store, secret, isApplied }: FeltDeps): void {
  server.get(INTERNAL_ROUTES.felt.path, async (request): Promise<FeltTurns> => {
    await requireInternalCall(request, secret)
    const userId = request.headers[ON_BEHALF_OF.user]
    if (typeof userId !== 'string' || userId === '')
      throw new ApiError('BAD_REQUEST', `The header ${ON_BEHALF_OF.user} must say whose turns are meant.`)
    await awaitPosition(request, isApplied)
    return { turns: await store.read((db) => readFelt(db, userId)) }
  })
}
