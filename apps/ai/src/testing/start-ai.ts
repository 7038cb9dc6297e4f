import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '@emotibot/service-kit'
import { onTestFinished } from 'vitest'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'

export const SECRET = 'a secret of the tests, long enough for it'

export type Ai = {
  readonly url: string
  reply(text: string, headers?: Readonly<Record<string, string>>): Promise<ReplyAnswer>
  /** A figure of `/internal/metrics`, 0 where it is not there yet: `name{labels}`. */
  figure(name: string): Promise<number>
}

export type ReplyAnswer = {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly fallback: string | null
}

/** The whole service in this process, gone with the test. */
export async function startAi(env: Readonly<Record<string, string>> = {}): Promise<Ai> {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-ai-'))
  const common = { EMOTIBOT_LOG_LEVEL: 'silent', EMOTIBOT_DATA_DIR: folder, LEGACY_JWT_SECRET: SECRET }
  const app = await createApp(loadConfig(configSchema, { ...common, ...env }))
  const { main: url = '' } = await app.listen()
  onTestFinished(async () => {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url,
    async reply(text, headers = {}) {
      const answer = await fetch(`${url}/api/ai/reply`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ text }),
      })
      const body = (await answer.json()) as Record<string, unknown>
      return { status: answer.status, body, fallback: answer.headers.get('emotibot-fallback') }
    },
    async figure(name) {
      const text = await (await fetch(`${url}/internal/metrics`)).text()
      const line = text.split('\n').find((one) => one.startsWith(`${name} `))
      return Number(line?.slice(name.length + 1) ?? 0)
    },
  }
}

/** A token as the monolith signs them. */
export function tokenOf(userId: string, secret = SECRET): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(Date.now() / 1_000)
  const claims = { sub: userId, username: userId, email: `${userId}@example.org`, sid: randomUUID() }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, iat, exp: iat + 3_600 })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** Headers of somebody signed in, and of a visitor. */
export const asUser = (userId: string, secret = SECRET) => ({
  authorization: `Bearer ${tokenOf(userId, secret)}`,
})
export const asVisitor = (id: string = randomUUID()) => ({ cookie: `emotibot_visitor=${id}` })
