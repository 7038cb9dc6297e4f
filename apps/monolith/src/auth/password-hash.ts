import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Gate } from '@emotibot/service-kit'

/**
 * passlib's `pbkdf2_sha256`: `$pbkdf2-sha256$rounds$salt$checksum`, salt and checksum in base64 with `.` for `+` and no
 * padding. The first EmotiBot wrote these, and must be able to read what we write.
 * https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html
 */
const FORM = /^\$pbkdf2-sha256\$([1-9]\d{0,6})\$([A-Za-z0-9./]{0,1366})\$([A-Za-z0-9./]{43})$/
const ROUNDS = 29_000
/** A crafted row must not stall the process. */
const ROUNDS_MAX = 1_000_000
const SALT_BYTES = 16
const CHECKSUM_BYTES = 32

const derive = promisify(pbkdf2)

export type PasswordHasher = {
  hash(password: string): Promise<string>
  /** Whether the password is the hash's. Takes as long for nobody's hash (null) and for one that cannot be read. */
  verify(password: string, held: string | null): Promise<boolean>
}

export function createPasswordHasher(gate: Gate): PasswordHasher {
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return gate.run(async () => formatHash(salt, await checksumOf(password, salt, ROUNDS)))
    },
    async verify(password, held) {
      const parsed = parseHash(held ?? '')
      const { salt, rounds, checksum } = parsed ?? NOBODYS
      const found = await gate.run(() => checksumOf(password, salt, rounds))
      return timingSafeEqual(found, checksum) && parsed !== null
    },
  }
}

type ParsedHash = { readonly rounds: number; readonly salt: Buffer; readonly checksum: Buffer }

/** What is compared when there is nothing to compare with. */
const NOBODYS: ParsedHash = {
  rounds: ROUNDS,
  salt: Buffer.alloc(SALT_BYTES),
  checksum: Buffer.alloc(CHECKSUM_BYTES),
}

function parseHash(held: string): ParsedHash | null {
  const [, rounds, salt, checksum] = FORM.exec(held) ?? []
  if (rounds === undefined || salt === undefined || checksum === undefined) return null
  if (Number(rounds) > ROUNDS_MAX) return null
  return { rounds: Number(rounds), salt: fromAb64(salt), checksum: fromAb64(checksum) }
}

function formatHash(salt: Buffer, checksum: Buffer): string {
  return `$pbkdf2-sha256$${ROUNDS}$${toAb64(salt)}$${toAb64(checksum)}`
}

function checksumOf(password: string, salt: Buffer, rounds: number): Promise<Buffer> {
  return derive(password, salt, rounds, CHECKSUM_BYTES, 'sha256')
}

function fromAb64(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}

function toAb64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '.').replaceAll('=', '')
}
