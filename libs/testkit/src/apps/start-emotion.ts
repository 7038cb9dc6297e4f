import * as emotion from '@emotibot/emotion'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import { type RunningApp, type StartOptions, withMore } from './running-app.ts'
import { type KeptDatabase, withDatabase } from './with-database.ts'

export type EmotionOptions = StartOptions & {
  /** Over a Postgres, so that it keeps feedback and readings too. Without one it only says what texts sound like. */
  readonly store?: {
    /** The monolith's, whose tokens are good here. */
    readonly secret: string
    /** A database to find again; a new one unless given. */
    readonly databaseUrl?: string
    /** The facade's internal port; without it nobody is asked. */
    readonly internalUrl?: string
  }
}
/** `databaseUrl` is empty without a store. */
export type Emotion = RunningApp & KeptDatabase

/** The emotion service. On a new database it owns nothing. */
export async function startEmotion({ store, ...options }: EmotionOptions = {}): Promise<Emotion> {
  if (!store) return withMore(await start(options, {}), { databaseUrl: '' })
  return withDatabase(store.databaseUrl, (databaseUrl) =>
    start(options, {
      EMOTION_DATABASE_URL: databaseUrl,
      LEGACY_JWT_SECRET: store.secret,
      ...(store.internalUrl ? { EMOTIBOT_INTERNAL_URL: store.internalUrl } : {}),
    }),
  )
}

async function start(options: StartOptions, own: Readonly<Record<string, string>>): Promise<RunningApp> {
  const folder = createFolder('emotion')
  const env = { ...commonEnv(folder), ...own, ...options.env }
  return startIn(folder, () =>
    options.processes ? startProcess('emotion', { env }) : startInProcess('emotion', emotion, env),
  )
}
