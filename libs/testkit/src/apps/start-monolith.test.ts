import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createClient, INTERNAL_PATHS } from '@emotibot/contracts'
import { expect, it } from 'vitest'
import { createFolder } from '../folder.ts'
import { connectSocket, UpgradeRefusedError } from '../http/connect-socket.ts'
import { createOldFile } from '../users/create-old-file.ts'
import { createUser, signIn } from '../users/create-user.ts'
import { startMonolith } from './start-monolith.ts'

it.each([false, true])('starts, answers and leaves nothing behind (as a process: %s)', async (processes) => {
  const monolith = await startMonolith({ processes })
  expect((await fetch(monolith.url + INTERNAL_PATHS.ready)).status).toBe(200)
  expect(monolith.pid !== null).toBe(processes)
  await monolith.close()
  await monolith.close()
  await expect(fetch(monolith.url)).rejects.toThrow()
  expect(existsSync(dirname(monolith.file))).toBe(false)
})

it('kills a process at once, and finds its file again', async () => {
  const folder = createFolder('kept')
  const file = join(folder.path, 'kept.sqlite')
  const secret = 'a secret of at least thirty-two characters'
  const first = await startMonolith({ processes: true, file, env: { LEGACY_JWT_SECRET: secret } })
  const user = await createUser(first.url)
  await first.kill()
  await first.close()
  const second = await startMonolith({ file, env: { LEGACY_JWT_SECRET: secret } })
  const client = createClient({ baseUrl: second.url, headers: () => user.bearer })
  expect((await client.call('auth.me', {})).body).toMatchObject({ user: { username: user.username } })
  await second.close()
  folder.remove()
})

it('says so when an app inside this process is to be killed', async () => {
  const monolith = await startMonolith()
  await expect(monolith.kill()).rejects.toThrow('processes: true')
  await monolith.close()
})

it('says what an app said that does not start', async () => {
  const start = startMonolith({ processes: true, env: { EMOTIBOT_REPLY_WAIT_MS: 'soon' } })
  await expect(start).rejects.toThrow('EMOTIBOT_REPLY_WAIT_MS')
})

it('opens an old file whose users sign in and find their turns', async () => {
  const folder = createFolder('old')
  const file = join(folder.path, 'old.sqlite')
  createOldFile(
    file,
    [{ username: 'émilie', password: 'sésame' }],
    [{ username: 'émilie', user_message: 'hello', bot_message: 'Hi!', detected_emotion: null }],
  )
  const monolith = await startMonolith({ file })
  const user = await signIn(monolith.url, { username: 'Émilie', password: 'sésame' })
  const client = createClient({ baseUrl: monolith.url, headers: () => user.bearer })
  const found = await client.call('conversation.search', { query: { q: 'hell' } })
  expect(found.body).toMatchObject({ turns: [{ user_message: 'hello', bot_message: 'Hi!' }] })
  await monolith.close()
  folder.remove()
})

it('opens a live socket and tells a refused upgrade apart', async () => {
  const monolith = await startMonolith()
  const user = await createUser(monolith.url)
  const socket = await connectSocket(monolith.url, { cookie: user.cookie })
  const ready = await socket.until('ready', ({ type }) => type === 'ready')
  expect(ready).toEqual({ type: 'ready', username: user.username })
  await socket.close()
  const foreign = connectSocket(monolith.url, { cookie: user.cookie, origin: 'https://elsewhere.example' })
  await expect(foreign).rejects.toThrow(UpgradeRefusedError)
  await monolith.close()
})
