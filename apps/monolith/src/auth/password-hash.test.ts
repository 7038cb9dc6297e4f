import { expect, test } from 'vitest'
import { PASSLIB_HASH, PASSWORD } from '../testing/legacy-file.ts'
import { createHashGate } from './hash-gate.ts'
import { createPasswordHasher } from './password-hash.ts'

const hasher = createPasswordHasher(createHashGate())

test("passlib's own example is verified", async () => {
  expect(await hasher.verify(PASSWORD, PASSLIB_HASH)).toBe(true)
  expect(await hasher.verify('toomanysecret', PASSLIB_HASH)).toBe(false)
})

test("a hash of ours has passlib's form and rounds, and is verified", async () => {
  const held = await hasher.hash('pässwörd 🙂')
  expect(held).toMatch(/^\$pbkdf2-sha256\$29000\$[A-Za-z0-9./]{22}\$[A-Za-z0-9./]{43}$/)
  expect(await hasher.verify('pässwörd 🙂', held)).toBe(true)
  expect(await hasher.verify('passwörd 🙂', held)).toBe(false)
})

test('two hashes of one password differ by their salt', async () => {
  expect(await hasher.hash('a')).not.toBe(await hasher.hash('a'))
})

test.each([
  null,
  '',
  'plain text',
  '$pbkdf2-sha256$',
  '$pbkdf2-sha256$0$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$pbkdf2-sha256$9999999$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$2b$12$abcdefghijklmnopqrstuv',
  PASSLIB_HASH.slice(0, -1),
  `${PASSLIB_HASH}\n`,
])("%j is nobody's password", async (held) => {
  expect(await hasher.verify('', held)).toBe(false)
})
