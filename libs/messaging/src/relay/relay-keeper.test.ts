import { createTestDatabase } from '@emotibot/db/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { relayStep } from '../schema.ts'
import { until } from '../testing/until.ts'
import { createRelayKeeper, type RelayKeeper } from './relay-keeper.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
const open: RelayKeeper[] = []
beforeAll(async () => {
  database = await createTestDatabase({ steps: [relayStep] })
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((keeper) => keeper.close()))
})
afterAll(() => database.drop())

function keeperOf(frozenAfterMs?: number): RelayKeeper {
  const keeper = createRelayKeeper(database.url, frozenAfterMs)
  open.push(keeper)
  return keeper
}

describe('the lead', () => {
  it('is one process’s for each consumer, and the next’s when that ends', async () => {
    const [first, second] = [keeperOf(), keeperOf()]
    expect(await first.lead('a')).toEqual({ place: '', goBackTo: null })
    expect(await first.lead('a')).not.toBeNull()
    expect(await second.lead('a')).toBeNull()
    expect(await second.lead('b')).not.toBeNull()
    await first.close()
    await until(async () => (await second.lead('a')) !== null)
  })

  it('passes on when its process freezes, which learns of it when it goes on', async () => {
    const [frozen, other] = [keeperOf(200), keeperOf()]
    expect(await frozen.lead('c')).not.toBeNull()
    await until(async () => (await other.lead('c')) !== null)
    // The first question may still go to the session that was ended.
    await until(async () => (await frozen.lead('c').catch(() => 'fault')) === null)
  })
})

describe('a place', () => {
  it('is kept for whoever leads next', async () => {
    const first = keeperOf()
    await first.keep('d', 'x.1')
    expect(await keeperOf().lead('d')).toEqual({ place: 'x.1', goBackTo: null })
  })

  it('to go back to waits until the relay is there, whoever asked for it and whatever is kept meanwhile', async () => {
    const [leader, asking] = [keeperOf(), keeperOf()]
    await leader.keep('e', 'x.5')
    await asking.goBack('e', 'x.2')
    expect(await leader.lead('e')).toEqual({ place: 'x.5', goBackTo: 'x.2' })
    await leader.keep('e', 'x.6')
    expect(await leader.lead('e')).toEqual({ place: 'x.6', goBackTo: 'x.2' })
    await leader.keep('e', 'x.2')
    expect(await leader.lead('e')).toEqual({ place: 'x.2', goBackTo: null })
  })

  it('to go back to is nothing where the relay stands there already', async () => {
    const keeper = keeperOf()
    await keeper.keep('f', 'x.5')
    await keeper.goBack('f', 'x.5')
    expect(await keeper.lead('f')).toEqual({ place: 'x.5', goBackTo: null })
  })

  it('to go back to may be the beginning, of a consumer nobody has relayed to yet', async () => {
    const keeper = keeperOf()
    await keeper.goBack('g', '')
    expect(await keeper.lead('g')).toEqual({ place: '', goBackTo: '' })
  })
})
