import { type Client, createClient } from '@emotibot/contracts'
import { startStack } from '@emotibot/testkit'
import { expect, it, onTestFinished } from 'vitest'

const register = (client: Client, username: string, key: string) =>
  client.call('auth.register', {
    body: { username, email: `${username}@example.org`, password: 'pass word' },
    headers: { 'idempotency-key': key },
  })

it('answers a retry as the first time, on whichever side the first try was', async () => {
  const stack = await startStack({ carvedOut: true })
  onTestFinished(() => stack.close())
  const client = createClient({ baseUrl: stack.facade.url })
  const atMonolith = await register(client, 'ann', 'key-1')
  await stack.flip(['auth'], 'service')
  const atService = await register(client, 'bob', 'key-2')
  expect([atMonolith.status, atService.status]).toEqual([201, 201])
  for (const goBack of [false, true]) {
    if (goBack) await stack.flip(['auth'], 'monolith')
    expect(await register(client, 'ann', 'key-1')).toMatchObject({ status: 201, body: atMonolith.body })
    expect(await register(client, 'bob', 'key-2')).toMatchObject({ status: 201, body: atService.body })
    expect((await register(client, 'eve', 'key-2')).status).toBe(422)
  }
}, 60_000)
