import { SESSION_LIFETIME_SECONDS } from '@emotibot/contracts'
import type { TokenUse } from '../identity.ts'
import { RemoteKeys, type RemoteKeysOptions } from './remote-keys.ts'
import { type TokenKeys, type VerifiedClaims, verifyUserToken } from './verify-user-token.ts'

export type TokenVerifierOptions = {
  /** Of the monolith's tokens; null once it signs none any more. */
  readonly legacySecret: string | null
  /** Where auth publishes its keys; null where there is no auth service, so only the monolith's tokens are good. */
  readonly jwksUrl: string | null
  /** Keeps the keys over a restart, so that auth may be down then; null keeps none. */
  readonly jwksFile: string | null
  readonly onTrouble?: RemoteKeysOptions['onTrouble']
  readonly now?: () => number
}

export type TokenVerifier = {
  /** Throws ApiError UNAUTHENTICATED for a token that is not good. Whether its session lives is the caller's to ask. */
  verify(token: string, use?: TokenUse): Promise<VerifiedClaims>
  /** Stops asking for keys. */
  close(): void
}

const REFRESH_EVERY_MS = 5 * 60_000
/** Whoever has none yet must not be caught without them when auth goes away. */
const FIRST_KEYS_EVERY_MS = 1_000

/** Verifies tokens of both sides, without asking auth for each; see `remote-keys.ts` for how keys are held. */
export async function createTokenVerifier(options: TokenVerifierOptions): Promise<TokenVerifier> {
  const { legacySecret, jwksUrl, jwksFile, onTrouble = () => undefined, now = Date.now } = options
  if (jwksUrl === null) {
    return { verify: verifyWith({ legacySecret, findKey: async () => null }), close: () => undefined }
  }
  const remote = new RemoteKeys({ jwksUrl, jwksFile, onTrouble, now })
  await remote.load()
  const close = keepFresh(remote)
  return { verify: verifyWith({ legacySecret, findKey: (kid) => remote.find(kid) }), close }
}

/** Answers how to stop. */
function keepFresh(remote: RemoteKeys): () => void {
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  async function refresh(): Promise<void> {
    await remote.refresh()
    if (!isClosed)
      timer = setTimeout(refresh, remote.hasKeys ? REFRESH_EVERY_MS : FIRST_KEYS_EVERY_MS).unref()
  }
  void refresh()
  return () => {
    isClosed = true
    clearTimeout(timer)
  }
}

function verifyWith(keys: TokenKeys): TokenVerifier['verify'] {
  return (token, use) =>
    verifyUserToken(token, { ...keys, pastTimeSeconds: use?.mayBePast ? SESSION_LIFETIME_SECONDS : 0 })
}
