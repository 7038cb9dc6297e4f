import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import type { SigningKeyRow } from '../schema.ts'
import type { Seal } from './seal.ts'

/** A key as it is held in memory. */
export type SigningKey = {
  readonly kid: string
  readonly createdAtMs: number
  readonly publicJwk: JWK
  readonly verifyingKey: CryptoKey
  /** Null where another secret sealed it: its tokens can be verified here, and none made. */
  readonly privateKey: KeyObject | null
}

/** A new Ed25519 pair as the row it is kept in. */
export function makeSigningKey(seal: Seal, nowMs: number): SigningKeyRow {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const kid = randomUUID()
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' })
  return { kid, publicX: x, sealedPrivate: seal.close(secret, kid), createdAtMs: nowMs }
}

export async function openSigningKey(row: SigningKeyRow, seal: Seal): Promise<SigningKey> {
  const { kid, createdAtMs, publicX, sealedPrivate } = row
  const publicJwk: JWK = { kty: 'OKP', crv: 'Ed25519', x: publicX, kid, use: 'sig', alg: 'EdDSA' }
  const verifyingKey = await importJWK(publicJwk, 'EdDSA')
  if (verifyingKey instanceof Uint8Array) throw new TypeError(`The signing key ${kid} is no Ed25519 key.`)
  const secret = seal.open(sealedPrivate, kid)
  const privateKey = secret && createPrivateKey({ key: secret, type: 'pkcs8', format: 'der' })
  return { kid, createdAtMs, publicJwk, verifyingKey, privateKey }
}
