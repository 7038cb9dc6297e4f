import * as auth from '@emotibot/auth'
import { createTestDatabase } from '@emotibot/db/testing'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import { once, type RunningApp, type StartOptions, withMore } from './running-app.ts'

export type AuthOptions = StartOptions & {
  /** The monolith's, for each understands the tokens of the other. */
  readonly secret: string
  /** A database to find again; a new one unless given. */
  readonly databaseUrl?: string
}
export type Auth = RunningApp & { readonly databaseUrl: string }

/** The auth service on a real Postgres. On a new database it owns nothing. */
export async function startAuth(options: AuthOptions): Promise<Auth> {
  const folder = createFolder('auth')
  const database = options.databaseUrl ? null : await createTestDatabase()
  const databaseUrl = options.databaseUrl ?? database?.url ?? ''
  const env = {
    ...commonEnv(folder),
    AUTH_DATABASE_URL: databaseUrl,
    LEGACY_JWT_SECRET: options.secret,
    ...options.env,
  }
  const app = await startIn(folder, () =>
    options.processes ? startProcess('auth', { env }) : startInProcess('auth', auth, env),
  )
  return withMore(app, {
    databaseUrl,
    close: once(async () => {
      await app.close()
      await database?.drop()
    }),
  })
}
