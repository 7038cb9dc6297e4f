import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import * as monolith from '@emotibot/monolith'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import { type RunningApp, type StartOptions, withMore } from './running-app.ts'

export type MonolithOptions = StartOptions & {
  /** An old EmotiBot's file to open, or one to find again; a new one in a folder of its own unless given. */
  readonly file?: string
}
export type Monolith = RunningApp & { readonly file: string; readonly secret: string }

/** The monolith over a SQLite file. */
export async function startMonolith(options: MonolithOptions = {}): Promise<Monolith> {
  const folder = createFolder('monolith')
  const file = options.file ?? join(folder.path, 'monolith.sqlite')
  const secret = options.env?.['LEGACY_JWT_SECRET'] ?? randomBytes(32).toString('base64url')
  const env = {
    ...commonEnv(folder),
    EMOTIBOT_SQLITE_FILE: file,
    LEGACY_JWT_SECRET: secret,
    ...options.env,
  }
  const app = await startIn(folder, () =>
    options.processes ? startProcess('monolith', { env }) : startInProcess('monolith', monolith, env),
  )
  return withMore(app, { file, secret })
}
