import { type Client, createClient } from '@emotibot/contracts'
import type { MigrationStep } from '@emotibot/db'
import { type App, loadConfig } from '@emotibot/service-kit'
import { ownerStep } from '@emotibot/service-store/testing'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'
import { schemaSteps } from '../schema-steps.ts'

/** As if all of auth had been flipped to the service. */
export const ownerSteps: readonly MigrationStep[] = [...schemaSteps, ownerStep]

export const LEGACY_SECRET = 'the secret of the monolith in these tests'

export type RunningAuth = { readonly url: string; readonly client: Client; close(): Promise<void> }

/** The service on a real port over a real database. */
export async function startAuth(databaseUrl: string, env: NodeJS.ProcessEnv = {}): Promise<RunningAuth> {
  const app: App = await createApp(
    loadConfig(configSchema, {
      AUTH_DATABASE_URL: databaseUrl,
      LEGACY_JWT_SECRET: LEGACY_SECRET,
      EMOTIBOT_LOG_LEVEL: 'silent',
      ...env,
    }),
  )
  const { main: url = '' } = await app.listen()
  return { url, client: createClient({ baseUrl: url }), close: () => app.close() }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

let made = 0

/** A user nobody else in this run is. */
export function newPerson() {
  made += 1
  const username = `person-${process.pid}-${made}`
  return { username, email: `${username}@example.org`, password: 'correct horse' }
}

/** Registers somebody and signs in. */
export async function signUp({ client }: RunningAuth, person = newPerson()) {
  await client.call('auth.register', { body: person })
  return { person, token: await signIn(client, person) }
}

/** Signs in and returns the token; throws when refused. */
export async function signIn(client: Client, { username, password }: { username: string; password: string }) {
  const answer = await client.call('auth.login', { body: { username, password } })
  if (!answer.ok) throw new Error(`login answered ${answer.status} ${answer.body.code}`)
  return answer.body.access_token
}

export async function statusOfMe({ client }: RunningAuth, token: string): Promise<number> {
  return (await client.call('auth.me', { headers: bearer(token) })).status
}
