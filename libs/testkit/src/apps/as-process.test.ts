import { createClient } from '@emotibot/contracts'
import { expect, it } from 'vitest'
import { createUser } from '../users/create-user.ts'
import { startMonolith } from './start-monolith.ts'

it('is killed, and comes back on its port with its store', async () => {
  const monolith = await startMonolith({ processes: true })
  const { url, pid: first } = monolith
  const user = await createUser(url)
  const client = createClient({ baseUrl: url, headers: () => user.bearer })
  await monolith.kill()
  await expect(client.call('auth.me', {})).rejects.toThrow()
  await monolith.restart()
  expect((await client.call('auth.me', {})).body).toMatchObject({ user: { username: user.username } })
  expect(monolith.pid).not.toBe(first)
  await monolith.close()
})

it('is frozen, thawed, and stopped in order even when it is frozen', async () => {
  const monolith = await startMonolith({ processes: true })
  const ask = (ms: number) => fetch(monolith.url, { signal: AbortSignal.timeout(ms) })
  monolith.freeze()
  await expect(ask(300)).rejects.toThrow()
  monolith.thaw()
  expect((await ask(5_000)).ok).toBe(true)
  monolith.freeze()
  await monolith.close()
  await expect(ask(5_000)).rejects.toThrow()
})
