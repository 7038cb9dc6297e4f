import { fold } from '@emotibot/contracts'
import type { Identity, TokenVerifier, VerifyToken } from '@emotibot/service-kit'
import type { Store } from '@emotibot/service-store'
import type { Owner } from './conversations.ts'
import { refuseDeparted } from './departures.ts'

/**
 * A token is good when it verifies and its user is not gone. Whether its session lives is the facade's to know, who asks
 * nobody for it: so people who are signed in go on while auth is down.
 */
export function createVerify(tokens: TokenVerifier, store: Store): VerifyToken {
  return async (token, use) => {
    const claims = await tokens.verify(token, use)
    await store.read((db) => refuseDeparted(db, claims.sub))
    return claims
  }
}

export function ownerOf({ claims }: Identity): Owner {
  return { userId: claims.sub, ownerKey: fold(claims.username) }
}
