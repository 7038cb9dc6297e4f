import { pbkdf2Sync, randomBytes } from 'node:crypto'

const ROUNDS = 29_000
const KEY_BYTES = 32

/** A hash as the first EmotiBot's library wrote it: `$pbkdf2-sha256$rounds$salt$checksum`. */
export function passlibHash(password: string, salt: Buffer = randomBytes(16)): string {
  const checksum = pbkdf2Sync(password.normalize('NFKC'), salt, ROUNDS, KEY_BYTES, 'sha256')
  return `$pbkdf2-sha256$${ROUNDS}$${adaptedBase64(salt)}$${adaptedBase64(checksum)}`
}

/** That library's base64: `.` for `+`, and no padding. */
function adaptedBase64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '.').replaceAll('=', '')
}
