import { createGate } from '@emotibot/service-kit'
import { describe, expect, it } from 'vitest'
import { tooManyHashesError as refuse } from '../errors.ts'
import { makeLegacyVerifier, matchesLegacyVerifier } from './legacy-verifier.ts'
import { createPasswordHasher } from './password-hasher.ts'

const gate = createGate({ refuse, atOnce: 2, waitingMax: 100 })
const hasher = createPasswordHasher({ gate, keepLegacyVerifiers: true })

/** Made by passlib 1.7.4 of "pässword", with the salt of bytes 240 to 255. */
const BY_PASSLIB = '$pbkdf2-sha256$29000$8PHy8/T19vf4.fr7/P3./w$1vtxuUz2sp6mwwtNtJmD/mtfTt5t3ftkomeWIUA/fx0'

describe('a legacy verifier', () => {
  it('made by passlib is understood', async () => {
    expect(await matchesLegacyVerifier('pässword', BY_PASSLIB)).toBe(true)
    expect(await matchesLegacyVerifier('password', BY_PASSLIB)).toBe(false)
  })

  it('has the form and the rounds the monolith has always written', async () => {
    const verifier = await makeLegacyVerifier('pässword')
    expect(verifier).toMatch(/^\$pbkdf2-sha256\$29000\$[A-Za-z0-9./]{22}\$[A-Za-z0-9./]{43}$/)
    expect(await matchesLegacyVerifier('pässword', verifier)).toBe(true)
  })

  it.each([
    '',
    'x',
    `$pbkdf2-sha256$9999999$AAAA$${'A'.repeat(43)}`,
    '$pbkdf2-sha256$0$AAAA$A',
    '$argon2id$x',
  ])('that cannot be read (%s) matches nothing', async (verifier) => {
    expect(await matchesLegacyVerifier('', verifier)).toBe(false)
  })
})

describe('the hasher', () => {
  it('writes argon2id at 19 MiB, 2 rounds, 1 lane, and the form of the monolith beside it', async () => {
    const { passwordHash, legacyVerifier } = await hasher.hash('secret')
    expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,(p=1,t=2|t=2,p=1)\$/)
    expect(await matchesLegacyVerifier('secret', legacyVerifier ?? '')).toBe(true)
  })

  it('writes argon2id alone once the way back is closed', async () => {
    const retired = createPasswordHasher({ gate, keepLegacyVerifiers: false })
    expect(await retired.hash('secret')).toMatchObject({ legacyVerifier: null })
  })

  it('upgrades whoever has only a legacy verifier, at a right password', async () => {
    const held = { passwordHash: null, legacyVerifier: BY_PASSLIB }
    const { isRight, upgrade } = await hasher.verify('pässword', held)
    expect(isRight).toBe(true)
    const upgraded = { passwordHash: upgrade, legacyVerifier: BY_PASSLIB }
    expect(await hasher.verify('pässword', upgraded)).toEqual({ isRight: true, upgrade: null })
    expect(await hasher.verify('other', upgraded)).toEqual({ isRight: false, upgrade: null })
    expect(await hasher.verify('other', held)).toEqual({ isRight: false, upgrade: null })
  })

  it.each([
    null,
    { passwordHash: null, legacyVerifier: null },
    { passwordHash: '', legacyVerifier: BY_PASSLIB },
    { passwordHash: '$argon2id$nonsense', legacyVerifier: BY_PASSLIB },
  ])('never takes a password for %j', async (held) => {
    expect(await hasher.verify('pässword', held)).toEqual({ isRight: false, upgrade: null })
  })

  it('spends the same work on nobody, on an old user and on a new one', async () => {
    const upgraded = await hasher.hash('secret')
    const kinds = [null, { passwordHash: null, legacyVerifier: BY_PASSLIB }, upgraded]
    const least = kinds.map(() => Number.POSITIVE_INFINITY)
    // Processor time, and the least of several tries: what the machine does beside this is not counted.
    for (let round = 0; round < 7; round += 1) {
      for (const [at, held] of kinds.entries()) {
        const before = process.cpuUsage()
        await hasher.verify('wrong', held)
        const { user, system } = process.cpuUsage(before)
        least[at] = Math.min(least[at] ?? 0, user + system)
      }
    }
    const [nobody = 0, old = 0, upgradedOne = 0] = least
    expect(Math.max(nobody, old) / Math.min(nobody, old)).toBeLessThan(1.5)
    // The old check runs beside the argon2id one, on another core: more work, and no longer.
    expect(Math.max(nobody, old) / upgradedOne).toBeLessThan(3)
  })
})

describe('the gate', () => {
  it('lets no more in at once than it says, and all in the end', async () => {
    const narrow = createGate({ refuse, atOnce: 2, waitingMax: 10 })
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise(setImmediate)
      inside -= 1
    }
    await Promise.all(Array.from({ length: 12 }, () => narrow.run(work)))
    expect(most).toBe(2)
  })

  it('answers BUSY past its queue, and takes work again afterwards', async () => {
    const narrow = createGate({ refuse, atOnce: 1, waitingMax: 1 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const held = [narrow.run(() => promise), narrow.run(() => promise)]
    await expect(narrow.run(async () => 1)).rejects.toMatchObject({
      code: 'BUSY',
      headers: { 'retry-after': '2' },
    })
    resolve()
    await Promise.all(held)
    expect(await narrow.run(async () => 1)).toBe(1)
  })

  it('lets the next in after one that failed', async () => {
    const narrow = createGate({ refuse, atOnce: 1, waitingMax: 1 })
    const failing = async () => {
      throw new Error('no')
    }
    await expect(narrow.run(failing)).rejects.toThrow('no')
    expect(await narrow.run(async () => 1)).toBe(1)
  })
})
