import type { Gate } from '@emotibot/service-kit'
import { makeArgon2id, matchesArgon2id } from './argon2id.ts'
import { makeLegacyVerifier, matchesLegacyVerifier } from './legacy-verifier.ts'

/** What is kept of a password: ours, and the monolith's for as long as the way back is open. */
export type Credentials = { readonly passwordHash: string | null; readonly legacyVerifier: string | null }

export type Verdict = {
  readonly isRight: boolean
  /** The argon2id hash to keep from now on, where there was none. */
  readonly upgrade: string | null
}

export type PasswordHasher = {
  hash(password: string): Promise<Credentials>
  /** Takes as long for nobody (null) and for what cannot be read: each try costs one argon2id, nothing longer. */
  verify(password: string, held: Credentials | null): Promise<Verdict>
}

type HasherOptions = { readonly gate: Gate; readonly keepLegacyVerifiers: boolean }

const WRONG: Verdict = { isRight: false, upgrade: null }

export function createPasswordHasher({ gate, keepLegacyVerifiers }: HasherOptions): PasswordHasher {
  async function makeBoth(password: string): Promise<Credentials> {
    const legacy = keepLegacyVerifiers ? makeLegacyVerifier(password) : null
    const [passwordHash, legacyVerifier] = await Promise.all([makeArgon2id(password), legacy])
    return { passwordHash, legacyVerifier }
  }
  return {
    hash: (password) => gate.run(() => makeBoth(password)),
    verify: (password, held) => gate.run(() => judge(password, held)),
  }
}

async function judge(password: string, held: Credentials | null): Promise<Verdict> {
  if (held?.passwordHash != null)
    return { isRight: await matchesArgon2id(password, held.passwordHash), upgrade: null }
  // Made beside the old check, not after it: no right guess takes longer than a wrong one, and no user than nobody.
  const [isRight, upgrade] = await Promise.all([
    matchesLegacyVerifier(password, held?.legacyVerifier ?? ''),
    makeArgon2id(password),
  ])
  return isRight ? { isRight, upgrade } : WRONG
}
