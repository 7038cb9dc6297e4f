import { INTERNAL } from '@emotibot/contracts'
import { createServiceToken } from '../tokens/index.ts'

export type MintedTokenOptions = {
  readonly secret: string
  readonly caller: string
  readonly now: () => number
}

const LIFETIME_SECONDS = 120
/** Anew at half its life: one that is under way must not end there, and clocks of machines differ. */
const ANEW_AFTER_MS = (LIFETIME_SECONDS * 1_000) / 2

/** A service token for `INTERNAL`, kept and made anew long before it ends; who asks at the same time shares one. */
export function createMintedToken({ secret, caller, now }: MintedTokenOptions): () => Promise<string> {
  let mintedAtMs = Number.NEGATIVE_INFINITY
  let token: Promise<string> = Promise.resolve('')
  return () => {
    // A clock that went back makes the age negative: then too.
    const ageMs = now() - mintedAtMs
    if (ageMs < 0 || ageMs >= ANEW_AFTER_MS) {
      mintedAtMs = now()
      token = createServiceToken({ secret, caller, audience: INTERNAL, lifetimeSeconds: LIFETIME_SECONDS })
    }
    return token
  }
}
