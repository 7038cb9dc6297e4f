import { fold, POSITION_HEADER, type User } from '@emotibot/contracts'
import { badTokenError, carriedToken, type Identity } from '@emotibot/service-kit'
import type { FastifyRequest } from 'fastify'
import { RefusedError, UnheardError } from '../errors.ts'
import type { Neighbours } from '../neighbours/neighbours.ts'

export type FoundUser = {
  readonly user: User
  /** False: auth could not be asked. Then it is what the token says; both times are empty, and the name may be an old one. */
  readonly isWhole: boolean
}

/** Whose export it is, as auth knows them. Throws UNAUTHENTICATED where auth knows of no such user or session. */
export async function findUser(
  askUser: Neighbours['askUser'],
  identity: Identity,
  request: FastifyRequest,
): Promise<FoundUser> {
  const { sub, username, email } = identity.claims
  const token = carriedToken(request)?.token ?? ''
  const seen = request.headers[POSITION_HEADER]
  try {
    const { user } = await askUser({
      user: sub,
      partition: fold(username),
      authorization: `Bearer ${token}`,
      position: typeof seen === 'string' ? seen : undefined,
      requestId: request.id,
    })
    return { user, isWhole: true }
  } catch (thrown) {
    if (thrown instanceof RefusedError) throw badTokenError()
    if (!(thrown instanceof UnheardError)) throw thrown
    const user = { user_id: sub, username, email, created_at: '', updated_at: '', is_active: true }
    return { user, isWhole: false }
  }
}
