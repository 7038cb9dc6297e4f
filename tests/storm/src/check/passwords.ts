import { argon2, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)
const deriveArgon2 = promisify(argon2)

/** passlib's form, read by this check's own hand: what is checked is not what checks. */
export async function isPbkdf2Of(password: string, held: string): Promise<boolean> {
  const [, scheme, rounds, salt, checksum] = held.split('$')
  if (scheme !== 'pbkdf2-sha256' || !rounds || !salt || !checksum) return false
  const found = await derive(password, fromPasslib(salt), Number(rounds), 32, 'sha256')
  return timingSafeEqual(found, fromPasslib(checksum))
}

const fromPasslib = (text: string): Buffer => Buffer.from(text.replaceAll('.', '+'), 'base64')

/** `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` */
export async function isArgon2idOf(password: string, held: string): Promise<boolean> {
  const [, scheme, , costs = '', salt, hash] = held.split('$')
  if (scheme !== 'argon2id' || !salt || !hash) return false
  const cost = Object.fromEntries(costs.split(',').map((pair) => pair.split('=')))
  const wanted = Buffer.from(hash, 'base64')
  const found = await deriveArgon2('argon2id', {
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(cost['m']),
    passes: Number(cost['t']),
    parallelism: Number(cost['p']),
    tagLength: wanted.length,
  })
  return timingSafeEqual(found, wanted)
}
