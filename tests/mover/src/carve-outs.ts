import type { WriteGroup } from '@emotibot/contracts'
import * as conversationApp from '@emotibot/conversation'
import { createTestDatabase } from '@emotibot/db/testing'
import * as emotionApp from '@emotibot/emotion'
import { authEntities } from '@emotibot/migration-auth'
import { conversationEntities } from '@emotibot/migration-conversation'
import { emotionEntities } from '@emotibot/migration-emotion'
import { type App, loadConfig } from '@emotibot/service-kit'
import type { AnyEntity } from '@emotibot/sync'
import { createFolder, startAuth } from '@emotibot/testkit'

/** A service beside the monolith, understanding its tokens. On its new database it owns nothing. */
export type Service = { readonly url: string; readonly databaseUrl: string; close(): Promise<void> }

/** A domain as it is carved out: what is moved, and where to. */
export type CarveOut = {
  readonly name: 'auth' | 'conversation' | 'emotion'
  readonly group: WriteGroup
  readonly entities: readonly AnyEntity[]
  start(secret: string): Promise<Service>
}

type Env = Readonly<Record<string, string>>

async function startOn(
  variable: string,
  secret: string,
  create: (env: Env) => Promise<App>,
): Promise<Service> {
  const folder = createFolder(variable.toLowerCase())
  const database = await createTestDatabase()
  const app = await create({
    [variable]: database.url,
    LEGACY_JWT_SECRET: secret,
    EMOTIBOT_PORT: '0',
    EMOTIBOT_LOG_LEVEL: 'silent',
    EMOTIBOT_DATA_DIR: folder.path,
  })
  const { main: url = '' } = await app.listen()
  return {
    url,
    databaseUrl: database.url,
    close: async () => {
      await app.close()
      await database.drop()
      folder.remove()
    },
  }
}

export const auth: CarveOut = {
  name: 'auth',
  group: 'auth',
  entities: authEntities,
  start: (secret) => startAuth({ secret }),
}

export const conversation: CarveOut = {
  name: 'conversation',
  group: 'conversation',
  entities: conversationEntities,
  start: (secret) =>
    startOn('CONVERSATION_DATABASE_URL', secret, async (env) =>
      conversationApp.createApp(loadConfig(conversationApp.configSchema, env)),
    ),
}

export const emotion: CarveOut = {
  name: 'emotion',
  group: 'emotion',
  entities: emotionEntities,
  start: (secret) =>
    startOn('EMOTION_DATABASE_URL', secret, async (env) =>
      emotionApp.createApp(loadConfig(emotionApp.configSchema, env)),
    ),
}
