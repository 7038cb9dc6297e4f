import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@emotibot/contracts'
import { startStack, uniqueName } from '@emotibot/testkit'
import { expect, it, onTestFinished } from 'vitest'

/** Races that go on before the flip is asked for, and after it is done. */
const AROUND_MS = 200

it('of registrations of one e-mail that race a flip of who gives it out, one is made, either way', async () => {
  const stack = await startStack({ carvedOut: true })
  onTestFinished(() => stack.close())
  const client = createClient({ baseUrl: stack.facade.url })

  async function register(email: string): Promise<number> {
    const body = { username: uniqueName(), email, password: 'pass word' }
    return (await client.call('auth.register', { body })).status
  }

  /** One race after the other; two lines of them, so that some request is always on its way. */
  async function raceUntil(isOver: () => boolean): Promise<Map<string, number[]>> {
    const statuses = new Map<string, number[]>()
    while (!isOver()) {
      const email = `${uniqueName()}@example.org`
      const first = register(email)
      await delay(3)
      statuses.set(email, await Promise.all([first, register(email.toUpperCase()), register(email)]))
    }
    return statuses
  }

  for (const to of ['service', 'monolith'] as const) {
    let isOver = false
    const lines = [raceUntil(() => isOver), raceUntil(() => isOver)]
    await delay(AROUND_MS)
    await stack.flip(['auth'], to).finally(() => delay(AROUND_MS).then(() => (isOver = true)))
    await delay(AROUND_MS)
    for (const races of await Promise.all(lines)) {
      for (const statuses of races.values()) expect(statuses.toSorted()).toEqual([201, 400, 400])
      // What was made before or in the middle of the flip is taken after it.
      for (const email of races.keys()) expect(await register(email)).toBe(400)
    }
  }
}, 120_000)
