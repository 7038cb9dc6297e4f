import * as auth from '@emotibot/auth'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import type { RunningApp, StartOptions } from './running-app.ts'
import { type KeptDatabase, withDatabase } from './with-database.ts'

export type AuthOptions = StartOptions & {
  /** The monolith's, for each understands the tokens of the other. */
  readonly secret: string
  /** A database to find again; a new one unless given. */
  readonly databaseUrl?: string
}
export type Auth = RunningApp & KeptDatabase

/** The auth service on a real Postgres. On a new database it owns nothing. */
export async function startAuth(options: AuthOptions): Promise<Auth> {
  const folder = createFolder('auth')
  return withDatabase(options.databaseUrl, (databaseUrl) => {
    const env = {
      ...commonEnv(folder),
      AUTH_DATABASE_URL: databaseUrl,
      LEGACY_JWT_SECRET: options.secret,
      ...options.env,
    }
    return startIn(folder, () =>
      options.processes ? startProcess('auth', { env }) : startInProcess('auth', auth, env),
    )
  })
}
