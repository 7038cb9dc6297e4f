import { type CryptoKey, importJWK, type JWK } from 'jose'

/** Public Ed25519 keys by their id. */
export type KeysById = ReadonlyMap<string, CryptoKey>

/** Takes the keys of a JWKS that tokens may be verified with and leaves the rest; null when there is none. */
export async function readJwks(text: string): Promise<KeysById | null> {
  const keys = new Map<string, CryptoKey>()
  for (const jwk of listedKeys(text)) {
    const key = await importPublicKey(jwk)
    if (key && jwk.kid !== undefined) keys.set(jwk.kid, key)
  }
  return keys.size > 0 ? keys : null
}

function listedKeys(text: string): JWK[] {
  const parsed: unknown = parseJson(text)
  if (typeof parsed !== 'object' || parsed === null || !('keys' in parsed)) return []
  return Array.isArray(parsed.keys) ? parsed.keys.filter(isPublicEd25519) : []
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isPublicEd25519(listed: unknown): listed is JWK {
  const { kty, crv, kid, x, d } = (listed ?? {}) as Partial<JWK>
  return kty === 'OKP' && crv === 'Ed25519' && typeof kid === 'string' && typeof x === 'string' && !d
}

async function importPublicKey({ kty, crv, x }: JWK): Promise<CryptoKey | null> {
  try {
    const key = await importJWK({ kty, crv, x } as JWK, 'EdDSA')
    return key instanceof Uint8Array ? null : key
  } catch {
    return null
  }
}
