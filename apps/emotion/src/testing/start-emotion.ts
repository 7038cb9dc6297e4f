import { type Client, createClient, INTERNAL, ON_BEHALF_OF } from '@emotibot/contracts'
import { createServiceToken, loadConfig } from '@emotibot/service-kit'
import { createTestStore, ownerStep, type TestStore } from '@emotibot/service-store/testing'
import { onTestFinished } from 'vitest'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'
import { schemaSteps } from '../schema-steps.ts'
import { SECRET, signToken } from './sign-token.ts'

/** A database of the test's own; it owns everything unless said. */
export async function testStore({ ownsAll = true } = {}): Promise<TestStore> {
  const store = await createTestStore(ownsAll ? [...schemaSteps, ownerStep] : schemaSteps)
  onTestFinished(() => store.drop())
  return store
}

export type Emotion = { readonly url: string; close(): Promise<void> }

/** The service on a real port, closed with the test. */
export async function startEmotion(databaseUrl: string, env: NodeJS.ProcessEnv = {}): Promise<Emotion> {
  const app = await createApp(
    loadConfig(configSchema, {
      EMOTION_DATABASE_URL: databaseUrl,
      LEGACY_JWT_SECRET: SECRET,
      EMOTIBOT_LOG_LEVEL: 'silent',
      ...env,
    }),
  )
  let closing: Promise<void> | undefined
  const close = () => (closing ??= app.close())
  onTestFinished(close)
  return { url: (await app.listen())['main'] ?? '', close }
}

export type Person = {
  readonly userId: string
  readonly username: string
  readonly headers: Readonly<Record<string, string>>
  readonly client: Client
}

let made = 0

/** Somebody nobody else in this run is, signed in by the monolith's token. */
export function newPerson(url: string, username = `Person-${process.pid}-${++made}`): Person {
  const userId = `user-${username.toLowerCase()}`
  const headers = { authorization: `Bearer ${signToken({ sub: userId, username })}` }
  return { userId, username, headers, client: createClient({ baseUrl: url, headers: () => headers }) }
}

/** What one of our own processes sends through the facade's internal port, for a user. */
export async function onBehalfOf(userId: string): Promise<Record<string, string>> {
  const token = await createServiceToken({ secret: SECRET, caller: 'ai', audience: INTERNAL })
  return { [ON_BEHALF_OF.token]: token, [ON_BEHALF_OF.user]: userId }
}

/** What it sends straight to a service. */
export async function toService(audience: string, secret = SECRET): Promise<Record<string, string>> {
  const token = await createServiceToken({ secret, caller: 'conversation', audience })
  return { authorization: `Bearer ${token}` }
}
