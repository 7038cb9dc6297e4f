import argon2 from 'argon2'

/** OWASP's figure; about 33 ms on one core. */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const

export function makeArgon2id(password: string): Promise<string> {
  return argon2.hash(password, { ...COST, type: argon2.argon2id })
}

/** Whether the password is the hash's; never for one that cannot be read. */
export async function matchesArgon2id(password: string, hash: string): Promise<boolean> {
  if (!hash.startsWith('$argon2id$')) return false
  try {
    return await argon2.verify(hash, password)
  } catch {
    return false
  }
}
