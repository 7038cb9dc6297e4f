import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * passlib's `pbkdf2_sha256`: `$pbkdf2-sha256$rounds$salt$checksum`, salt and checksum in base64 with `.` for `+` and no
 * padding. It is what the monolith verifies passwords with.
 * https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html
 */
const FORM = /^\$pbkdf2-sha256\$([1-9]\d{0,6})\$([A-Za-z0-9./]{0,1366})\$([A-Za-z0-9./]{43})$/
const ROUNDS = 29_000
/** A crafted row must not stall the process. */
const ROUNDS_MAX = 1_000_000
const SALT_BYTES = 16
const CHECKSUM_BYTES = 32

const derive = promisify(pbkdf2)

/** A new verifier, with the rounds the monolith has always used. */
export async function makeLegacyVerifier(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const checksum = await derive(password, salt, ROUNDS, CHECKSUM_BYTES, 'sha256')
  return `$pbkdf2-sha256$${ROUNDS}$${toAb64(salt)}$${toAb64(checksum)}`
}

/** Whether the password is the verifier's; never for one that cannot be read. */
export async function matchesLegacyVerifier(password: string, verifier: string): Promise<boolean> {
  const [, rounds, salt, checksum] = FORM.exec(verifier) ?? []
  if (rounds === undefined || salt === undefined || checksum === undefined) return false
  if (Number(rounds) > ROUNDS_MAX) return false
  const found = await derive(password, fromAb64(salt), Number(rounds), CHECKSUM_BYTES, 'sha256')
  return timingSafeEqual(found, fromAb64(checksum))
}

function fromAb64(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}

function toAb64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '.').replaceAll('=', '')
}
