import { MOVER, MOVER_PATHS } from '@emotibot/contracts'
import { createServiceToken, loadConfig } from '@emotibot/service-kit'
import { expect, it, onTestFinished } from 'vitest'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'

const SECRET = 'a secret of at least thirty-two characters'

/** A mover whose stores are nowhere. */
async function startAlone(): Promise<string> {
  const app = createApp(
    loadConfig(configSchema, {
      EMOTIBOT_LOG_LEVEL: 'silent',
      EMOTIBOT_SQLITE_FILE: '/nowhere/at-all.sqlite',
      AUTH_DATABASE_URL: 'postgres://127.0.0.1:1/none',
      LEGACY_JWT_SECRET: SECRET,
    }),
  )
  onTestFinished(() => app.close())
  return (await app.listen())['main'] ?? ''
}

async function backfill(url: string, domain: string, audience: string): Promise<number> {
  const token = await createServiceToken({ secret: SECRET, caller: 'facade', audience })
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(url + MOVER_PATHS.backfill.replace(':domain', domain), { method: 'POST', headers }))
    .status
}

it('runs while its stores are away, and says what it waits for', async () => {
  const url = await startAlone()
  const reasonOf = async () => {
    const answer = (await (await fetch(url + MOVER_PATHS.status)).json()) as unknown
    return JSON.stringify(answer)
  }
  await expect.poll(reasonOf).toMatch(/"domain":"auth","state":"waiting","reason":".*at-all\.sqlite/)
  expect(await backfill(url, 'auth', MOVER)).toBe(503)
})

it('takes commands only from who carries a service token meant for it', async () => {
  const url = await startAlone()
  const bare = await fetch(url + MOVER_PATHS.backfill.replace(':domain', 'auth'), { method: 'POST' })
  expect([bare.status, await backfill(url, 'auth', 'auth')]).toEqual([401, 401])
  expect(await backfill(url, 'songs', MOVER)).toBe(404)
})
