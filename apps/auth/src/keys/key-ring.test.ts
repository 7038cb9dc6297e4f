import { openPostgres } from '@emotibot/db'
import { createStore, type Store } from '@emotibot/service-store'
import { createTestStore, type TestStore } from '@emotibot/service-store/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownerSteps } from '../testing/start-auth.ts'
import { KeyRing } from './key-ring.ts'
import { createSeal } from './seal.ts'

const DAY_MS = 24 * 3_600_000
const START_MS = Date.parse('2030-01-01T00:00:00Z')

let database: TestStore
let store: Store
let closeClient: () => Promise<void>
let nowMs: number
beforeEach(async () => {
  database = await createTestStore(ownerSteps)
  const client = openPostgres(database.url, { applicationName: 'key-ring-test' })
  store = createStore(client)
  closeClient = () => client.end({ timeout: 5 })
  nowMs = START_MS
})
afterEach(async () => {
  await closeClient()
  await database.drop()
})

async function openRing(secret = 'secret'): Promise<KeyRing> {
  const ring = new KeyRing({ store, seal: createSeal(secret), maxAgeMs: 30 * DAY_MS, now: () => nowMs })
  await ring.refresh()
  return ring
}
const kidsOf = (ring: KeyRing) => ring.jwks().keys.map(({ kid }) => kid)

describe('a key ring', () => {
  it('makes one key, also when replicas start together, and keeps it over restarts', async () => {
    const rings = await Promise.all([openRing(), openRing(), openRing()])
    const kids = new Set(rings.map((ring) => ring.signer().kid))
    expect(kids.size).toBe(1)
    expect((await openRing()).signer().kid).toBe([...kids][0])
  })

  it('publishes a new key before it signs with it, and the old one until its last token is over', async () => {
    const ring = await openRing()
    const first = ring.signer().kid
    nowMs += 30 * DAY_MS
    await ring.refresh()
    const second = kidsOf(ring).find((kid) => kid !== first)
    expect(second).toBeDefined()
    expect(ring.signer().kid).toBe(first)
    nowMs += 10 * 60_000
    expect(ring.signer().kid).toBe(second)
    nowMs += 64 * 60_000
    await ring.refresh()
    expect(kidsOf(ring)).toContain(first)
    nowMs += 60_000
    await ring.refresh()
    expect(kidsOf(ring)).toEqual([second])
    expect(await ring.find(first)).toBeNull()
  })

  it('rotates when told, and other replicas take the key up', async () => {
    const [ring, other] = [await openRing(), await openRing()]
    nowMs += 60_000
    await ring.rotate()
    await other.refresh()
    expect(kidsOf(other).sort()).toEqual(kidsOf(ring).sort())
    nowMs += 10 * 60_000
    expect(other.signer().kid).toBe(ring.signer().kid)
  })

  it('verifies keys sealed with another secret, and signs with one of its own', async () => {
    const before = (await openRing('old secret')).signer().kid
    const ring = await openRing('new secret')
    expect(ring.signer().kid).not.toBe(before)
    expect(await ring.find(before)).not.toBeNull()
  })

  it('shows no private key to whoever reads the table', async () => {
    await openRing()
    const [row] = await database.sql`select sealed_private from signing_keys`
    const bytes = Buffer.from(String(row?.['sealed_private']), 'base64url')
    // Every PKCS #8 key of this kind begins so.
    expect(bytes.includes(Buffer.from('302e020100300506032b6570', 'hex'))).toBe(false)
  })
})

describe('a seal', () => {
  const seal = createSeal('secret')
  const sealed = seal.close(Buffer.from('content'), 'name')

  it('opens what it closed', () => {
    expect(seal.open(sealed, 'name')?.toString()).toBe('content')
  })

  it('opens nothing under another name or secret, nothing changed, nothing foreign', () => {
    expect(seal.open(sealed, 'other')).toBeNull()
    expect(createSeal('other').open(sealed, 'name')).toBeNull()
    const changed = Buffer.from(sealed, 'base64url')
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(seal.open(changed.toString('base64url'), 'name')).toBeNull()
    expect(seal.open('', 'name')).toBeNull()
  })
})
