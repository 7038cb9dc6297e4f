import type { Store, Tx } from '@emotibot/service-store'
import { inArray } from 'drizzle-orm'
import type { CryptoKey, JWK } from 'jose'
import { signingKeys } from '../schema.ts'
import { chooseSigningKey, findDeadKeys, isRotationDue } from './key-schedule.ts'
import type { Seal } from './seal.ts'
import { makeSigningKey, openSigningKey, type SigningKey } from './signing-key.ts'

export type KeyRingOptions = {
  readonly store: Store
  readonly seal: Seal
  readonly maxAgeMs: number
  readonly now: () => number
}

/** This service's keys: in the database, so that replicas share them, and in memory, so that reading costs nothing. */
export class KeyRing {
  readonly #options: KeyRingOptions
  #keys: readonly SigningKey[] = []

  constructor(options: KeyRingOptions) {
    this.#options = options
  }

  /** Takes up what other replicas made, makes a key when one is due, drops dead ones. */
  async refresh(): Promise<void> {
    await this.#change(false)
  }

  /** Makes a new key now, as when one may have leaked. It signs once it is published long enough. */
  async rotate(): Promise<void> {
    await this.#change(true)
  }

  /** The key that signs now. */
  signer(): { kid: string; privateKey: NonNullable<SigningKey['privateKey']> } {
    const chosen = chooseSigningKey(this.#keys.filter(canSign), this.#options.now())
    if (!chosen?.privateKey) throw new Error('There is no signing key yet: refresh() was not awaited.')
    return { kid: chosen.kid, privateKey: chosen.privateKey }
  }

  async find(kid: string): Promise<CryptoKey | null> {
    const known = this.#keys.find((key) => key.kid === kid)
    return known?.verifyingKey ?? null
  }

  /** What verifiers fetch: every key a living token may be signed with. */
  jwks(): { keys: JWK[] } {
    return { keys: this.#keys.map(({ publicJwk }) => publicJwk) }
  }

  async #change(isForced: boolean): Promise<void> {
    const nowMs = this.#options.now()
    this.#keys = await this.#options.store.writeOwn(async (tx) => {
      const held = await this.#load(tx)
      const dead = findDeadKeys(held, nowMs)
      const living = held.filter((key) => !dead.includes(key))
      const kids = dead.map(({ kid }) => kid)
      if (kids.length > 0) await tx.delete(signingKeys).where(inArray(signingKeys.kid, kids))
      return isForced || this.#isDue(living) ? [...living, await this.#make(tx)] : living
    })
  }

  async #load(tx: Tx): Promise<SigningKey[]> {
    const rows = await tx.select().from(signingKeys)
    return Promise.all(rows.map((row) => openSigningKey(row, this.#options.seal)))
  }

  async #make(tx: Tx): Promise<SigningKey> {
    const { seal, now } = this.#options
    const row = makeSigningKey(seal, now())
    await tx.insert(signingKeys).values(row)
    return openSigningKey(row, seal)
  }

  /** Keys sealed with another secret cannot sign here, so they do not count. */
  #isDue(held: readonly SigningKey[]): boolean {
    return isRotationDue(held.filter(canSign), this.#options.now(), this.#options.maxAgeMs)
  }
}

function canSign({ privateKey }: SigningKey): boolean {
  return privateKey !== null
}
