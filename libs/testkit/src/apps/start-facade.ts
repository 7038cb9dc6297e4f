import { join } from 'node:path'
import { freePort } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import * as facade from '@emotibot/facade'
import { createFolder } from '../folder.ts'
import { OPERATOR_TOKEN, VIEWER_TOKEN, writeOperators } from '../stack/operators.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import { once, type RunningApp, type StartOptions } from './running-app.ts'

export type FacadeOptions = StartOptions & {
  readonly monolith: { readonly url: string }
  readonly emotion?: { readonly url: string }
  /** A ledger to share with another facade; one of its own unless given. */
  readonly ledgerUrl?: string
}
export type Facade = RunningApp & {
  readonly control: string
  readonly ledgerUrl: string
  readonly operatorToken: string
  readonly viewerToken: string
}

/** The front door, with its ledger on a real Postgres and without a rate limit unless one is set. */
export async function startFacade(options: FacadeOptions): Promise<Facade> {
  const folder = createFolder('facade')
  const database = options.ledgerUrl ? null : await createTestDatabase()
  const ledgerUrl = options.ledgerUrl ?? database?.url ?? ''
  const controlPort = await freePort(0)
  const env = {
    ...commonEnv(folder),
    LEDGER_DATABASE_URL: ledgerUrl,
    EMOTIBOT_MONOLITH_URL: options.monolith.url,
    EMOTIBOT_CONTROL_PORT: String(controlPort),
    EMOTIBOT_OPERATORS_FILE: writeOperators(folder.path),
    EMOTIBOT_SNAPSHOT_FILE: join(folder.path, 'snapshot.json'),
    EMOTIBOT_RATE_LIMIT: '0',
    ...(options.emotion ? { EMOTIBOT_EMOTION_URL: options.emotion.url } : {}),
    ...options.env,
  }
  const app = await startIn(folder, () =>
    options.processes ? startProcess('facade', env) : startInProcess('facade', facade, env),
  )
  return {
    ...app,
    control: `http://127.0.0.1:${controlPort}`,
    ledgerUrl,
    operatorToken: OPERATOR_TOKEN,
    viewerToken: VIEWER_TOKEN,
    close: once(async () => {
      await app.close()
      await database?.drop()
    }),
  }
}
