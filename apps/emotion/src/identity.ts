import type { TokenVerifier, VerifyToken } from '@emotibot/service-kit'
import type { Store } from '@emotibot/service-store'
import { refuseDeparted } from './departed/departed-users.ts'

/**
 * Whose token it is. That its session has not ended is the facade's to know (its list of ended sessions); here nobody is
 * let in who deleted their account.
 */
export function createVerify(tokens: TokenVerifier, store: Store): VerifyToken {
  return async (token, use) => {
    const claims = await tokens.verify(token, use)
    await store.read((db) => refuseDeparted(db, { claims }))
    return claims
  }
}
