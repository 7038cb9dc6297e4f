import {
  fold,
  readUnverifiedClaims,
  SESSION_PATH,
  type SessionState,
  type TokenClaims,
} from '@emotibot/contracts'
import type { Server } from './create-server.ts'
import { ApiError } from './errors.ts'
import { carriedToken } from './identity.ts'

/** A token's session, as a store is asked about it. */
export type SessionQuestion = {
  /** The folded username whose partition of `auth` is meant. */
  readonly partition: string
  /** Null where the token could not be verified: then only the ownership is asked about. */
  readonly claims: TokenClaims | null
}

export type SessionCheckOptions = {
  /** The claims of a genuine token, however old; null for any other. */
  readonly readClaims: (token: string) => Promise<TokenClaims | null>
  /** Reads state and ownership in ONE transaction: an owner that loses the partition between two reads is no witness. */
  readonly look: (question: SessionQuestion) => Promise<SessionState> | SessionState
}

/** Answers a facade that cannot read the list of ended sessions (DESIGN §6.17); the path is not in the public contract. */
export function mountSessionCheck(server: Server, { readClaims, look }: SessionCheckOptions): void {
  server.post(SESSION_PATH, async (request): Promise<SessionState> => {
    const token = carriedToken(request)?.token
    if (!token) throw new ApiError('UNAUTHENTICATED', 'Send the token in question as bearer.')
    const claims = await readClaims(token)
    const username = claims?.username ?? readUnverifiedClaims(token)?.username
    if (typeof username !== 'string') return { state: 'unknown', is_owner: false }
    return look({ partition: fold(username), claims })
  })
}
