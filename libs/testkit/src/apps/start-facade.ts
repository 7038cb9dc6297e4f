import { join } from 'node:path'
import { freePort } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import * as facade from '@emotibot/facade'
import { createFolder } from '../folder.ts'
import { OPERATOR_TOKEN, VIEWER_TOKEN, writeOperators } from '../stack/operators.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import { once, type RunningApp, type StartOptions, withMore } from './running-app.ts'

export type FacadeOptions = StartOptions & {
  readonly monolith: { readonly url: string; readonly secret?: string }
  readonly emotion?: { readonly url: string }
  readonly ai?: { readonly url: string }
  readonly auth?: { readonly url: string }
  /** Commanded with the monolith's secret. */
  readonly mover?: { readonly url: string }
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
    EMOTIBOT_CONTROL_PORT: String(controlPort),
    EMOTIBOT_OPERATORS_FILE: writeOperators(folder.path),
    EMOTIBOT_SNAPSHOT_FILE: join(folder.path, 'snapshot.json'),
    EMOTIBOT_RATE_LIMIT: '0',
    ...neighboursOf(options),
    ...options.env,
  }
  const app = await startIn(folder, () =>
    options.processes ? startProcess('facade', { env }) : startInProcess('facade', facade, env),
  )
  return withMore(app, {
    control: `http://127.0.0.1:${controlPort}`,
    ledgerUrl,
    operatorToken: OPERATOR_TOKEN,
    viewerToken: VIEWER_TOKEN,
    close: once(async () => {
      await app.close()
      await database?.drop()
    }),
  })
}

function neighboursOf({ monolith, emotion, ai, auth, mover }: FacadeOptions): Record<string, string> {
  return {
    EMOTIBOT_MONOLITH_URL: monolith.url,
    ...(emotion ? { EMOTIBOT_EMOTION_URL: emotion.url } : {}),
    ...(ai ? { EMOTIBOT_AI_URL: ai.url } : {}),
    ...(auth ? { EMOTIBOT_AUTH_URL: auth.url } : {}),
    ...(mover ? { EMOTIBOT_MOVER_URL: mover.url, LEGACY_JWT_SECRET: monolith.secret ?? '' } : {}),
  }
}
