import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient, type Turn } from '@emotibot/contracts'
import { loadConfig } from '@emotibot/service-kit'
import { createTestStore, ownerStep, type TestStore } from '@emotibot/service-store/testing'
import { onTestFinished } from 'vitest'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'
import { schemaSteps } from '../schema-steps.ts'

export const SECRET = 'the secret that all processes share in these tests'

export type Env = Readonly<Record<string, string>>

/** A folder of the test's own, gone when it is over. */
function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-conversation-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The environment of a service over a database. */
export const envOf = (store: TestStore, env: Env = {}): Env => ({
  CONVERSATION_DATABASE_URL: store.url,
  LEGACY_JWT_SECRET: SECRET,
  EMOTIBOT_LOG_LEVEL: 'silent',
  EMOTIBOT_DATA_DIR: testFolder(),
  ...env,
})

/** A database that owns everything, as if all of conversation had been flipped to it. Gone with the test. */
export async function ownedStore(): Promise<TestStore> {
  const store = await createTestStore([...schemaSteps, ownerStep])
  onTestFinished(() => store.drop())
  return store
}

export type Conversation = {
  readonly url: string
  readonly store: TestStore
  close(): Promise<void>
}

/** The service on a real port over a real database; both gone with the test. */
export async function startConversation(env: Env = {}, given?: TestStore): Promise<Conversation> {
  const store = given ?? (await ownedStore())
  const app = await createApp(loadConfig(configSchema, envOf(store, env)))
  let closing: Promise<void> | undefined
  const close = () => (closing ??= app.close())
  onTestFinished(close)
  const { main: url = '' } = await app.listen()
  return { url, store, close }
}

/** A token as the monolith signs them. */
export function tokenOf(userId: string, secret = SECRET): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(Date.now() / 1_000)
  const claims = { sub: userId, username: userId, email: `${userId}@token.example.org`, sid: randomUUID() }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, iat, exp: iat + 3_600 })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

export type SignedIn = {
  readonly userId: string
  readonly client: Client
  readonly headers: { readonly authorization: string }
}

/** Somebody who is signed in; their username is their id. */
export function signedIn({ url }: { readonly url: string }, userId = `user-${randomUUID()}`): SignedIn {
  const headers = { authorization: `Bearer ${tokenOf(userId)}` }
  return { userId, headers, client: createClient({ baseUrl: url, headers: () => headers }) }
}

export async function newConversation({ client }: SignedIn, title?: string): Promise<string> {
  const answer = await client.call('conversation.create', { body: title === undefined ? {} : { title } })
  if (!answer.ok) throw new Error(answer.body.message)
  return answer.body.conversation.id
}

export const say = ({ client }: SignedIn, id: string, text: string, headers = {}) =>
  client.call('conversation.send', { params: { id }, body: { text }, headers })

/** Says something, and answers the turn. */
export async function sayTurn(user: SignedIn, id: string, text: string, headers = {}): Promise<Turn> {
  const answer = await say(user, id, text, headers)
  if (!answer.ok) throw new Error(`${answer.status} ${answer.body.message}`)
  return answer.body.turn
}

export async function history({ client }: SignedIn, id: string, query = {}) {
  const answer = await client.call('conversation.history', { params: { id }, query })
  if (!answer.ok) throw new Error(answer.body.message)
  return answer.body
}

export async function search({ client }: SignedIn, q: string, query = {}) {
  const answer = await client.call('conversation.search', { query: { q, ...query } })
  if (!answer.ok) throw new Error(answer.body.message)
  return answer.body
}
