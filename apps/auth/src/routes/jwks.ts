import { JWKS_PATH } from '@emotibot/contracts'
import type { Server } from '@emotibot/service-kit'
import type { KeyRing } from '../keys/key-ring.ts'

/** Publishes the public keys; from memory, so that verifiers get them also while the database is away. */
export function mountJwks(server: Server, ring: KeyRing): void {
  server.get(JWKS_PATH, () => ring.jwks())
}
