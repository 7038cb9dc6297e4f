import * as conversation from '@emotibot/conversation'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import type { RunningApp, StartOptions } from './running-app.ts'
import { type KeptDatabase, withDatabase } from './with-database.ts'

export type ConversationOptions = StartOptions & {
  /** The monolith's, whose tokens are good here. */
  readonly secret: string
  /** A database to find again; a new one unless given. */
  readonly databaseUrl?: string
  /** The facade's internal port; without it nobody is asked, and replies stay pending. */
  readonly internalUrl?: string
}
export type Conversation = RunningApp & KeptDatabase

/** The conversation service on a real Postgres. On a new database it owns nothing. */
export async function startConversation(options: ConversationOptions): Promise<Conversation> {
  const folder = createFolder('conversation')
  return withDatabase(options.databaseUrl, (databaseUrl) => {
    const env = {
      ...commonEnv(folder),
      CONVERSATION_DATABASE_URL: databaseUrl,
      LEGACY_JWT_SECRET: options.secret,
      ...(options.internalUrl ? { EMOTIBOT_INTERNAL_URL: options.internalUrl } : {}),
      ...options.env,
    }
    return startIn(folder, () =>
      options.processes
        ? startProcess('conversation', { env })
        : startInProcess('conversation', conversation, env),
    )
  })
}
