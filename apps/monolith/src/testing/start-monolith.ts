import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@emotibot/contracts'
import { loadConfig } from '@emotibot/service-kit'
import { onTestFinished } from 'vitest'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'

export const SECRET = randomBytes(32).toString('base64url')

export type Monolith = {
  readonly url: string
  readonly file: string
  readonly client: Client
  close(): Promise<void>
}

/** A folder of the test's own, gone when it is over. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-monolith-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The whole monolith on a free port over a real file, closed with the test. */
export async function startMonolith({
  file = join(testFolder(), 'emotibot.sqlite'),
  env = {},
} = {}): Promise<Monolith> {
  const app = await createApp(
    loadConfig(configSchema, {
      EMOTIBOT_LOG_LEVEL: 'silent',
      EMOTIBOT_SQLITE_FILE: file,
      LEGACY_JWT_SECRET: SECRET,
      ...env,
    }),
  )
  let closing: Promise<void> | undefined
  const close = () => (closing ??= app.close())
  onTestFinished(close)
  const url = (await app.listen())['main'] ?? ''
  return { url, file, client: createClient({ baseUrl: url }), close }
}

export type SignedIn = {
  readonly userId: string
  readonly token: string
  readonly client: Client
  readonly headers: { readonly authorization: string }
}

export async function register(
  { client }: Monolith,
  username: string,
  password = 'pass word',
): Promise<void> {
  const body = { username, email: `${username.replaceAll(/\s/g, '')}@example.org`, password }
  const answer = await client.call('auth.register', { body })
  if (!answer.ok) throw new Error(answer.body.message)
}

export async function signIn(
  { url, client }: Monolith,
  username: string,
  password = 'pass word',
): Promise<SignedIn> {
  const answer = await client.call('auth.login', { body: { username, password } })
  if (!answer.ok) throw new Error(answer.body.message)
  const { access_token: token, user } = answer.body
  const headers = { authorization: `Bearer ${token}` }
  return {
    userId: user.user_id,
    token,
    headers,
    client: createClient({ baseUrl: url, headers: () => headers }),
  }
}

/** Somebody new who is signed in. */
export async function newcomer(monolith: Monolith, username: string): Promise<SignedIn> {
  await register(monolith, username)
  return signIn(monolith, username)
}

export async function newConversation({ client }: SignedIn, title?: string): Promise<string> {
  const answer = await client.call('conversation.create', { body: title === undefined ? {} : { title } })
  if (!answer.ok) throw new Error(answer.body.message)
  return answer.body.conversation.id
}
