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
  readonly conversation?: { readonly url: string }
  readonly ai?: { readonly url: string }
  readonly auth?: { readonly url: string }
  /** Commanded with the monolith's secret. */
  readonly mover?: { readonly url: string }
  /** A ledger to share with another facade; one of its own unless given. */
  readonly ledgerUrl?: string
  /** Where our own processes ask each other, for whoever was told of it before; any free one unless given. */
  readonly internalPort?: number
}
export type Facade = RunningApp & {
  readonly control: string
  readonly internal: string
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
  const internalPort = options.internalPort ?? (await freePort(0))
  const env = {
    ...commonEnv(folder),
    LEDGER_DATABASE_URL: ledgerUrl,
    EMOTIBOT_CONTROL_PORT: String(controlPort),
    EMOTIBOT_INTERNAL_PORT: String(internalPort),
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
    internal: `http://127.0.0.1:${internalPort}`,
    ledgerUrl,
    operatorToken: OPERATOR_TOKEN,
    viewerToken: VIEWER_TOKEN,
    close: once(async () => {
      await app.close()
      await database?.drop()
    }),
  })
}

function neighboursOf({ monolith, mover, ...services }: FacadeOptions): Record<string, string> {
  const { emotion, conversation, ai, auth } = services
  const urls = Object.entries({ monolith, emotion, conversation, ai, auth, mover }).flatMap(([name, app]) =>
    app ? [[`EMOTIBOT_${name.toUpperCase()}_URL`, app.url]] : [],
  )
  return { ...Object.fromEntries(urls), ...(monolith.secret ? { LEGACY_JWT_SECRET: monolith.secret } : {}) }
}
