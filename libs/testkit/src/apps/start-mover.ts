import { type Domain, MOVER, MOVER_PATHS, type MoverStatus } from '@emotibot/contracts'
import * as mover from '@emotibot/mover'
import { createServiceToken } from '@emotibot/service-kit'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import { type RunningApp, type StartOptions, withMore } from './running-app.ts'

export type MoverOptions = StartOptions & {
  readonly secret: string
  /** The monolith's file, which need not be there yet. */
  readonly file: string
  /** The auth service's. */
  readonly databaseUrl?: string
  /** Of each domain that is moved. */
  readonly databaseUrls?: Readonly<Partial<Record<Domain, string>>>
  /** The ledger whose flips it drives; without one it only moves rows. */
  readonly ledgerUrl?: string
  /** Another program that hosts it, as a process. */
  readonly main?: string
}
export type Mover = RunningApp & {
  status(): Promise<MoverStatus>
  /** Answers the status of the answer. */
  command(command: 'backfill' | 'resume', domain: string): Promise<number>
}

/** The mover between a monolith's file and the databases of services. */
export async function startMover(options: MoverOptions): Promise<Mover> {
  const { secret, file, ledgerUrl, main } = options
  const folder = createFolder('mover')
  const env = {
    ...commonEnv(folder),
    EMOTIBOT_SQLITE_FILE: file,
    ...databasesOf(options),
    LEGACY_JWT_SECRET: secret,
    ...(ledgerUrl ? { LEDGER_DATABASE_URL: ledgerUrl } : {}),
    ...options.env,
  }
  const app = await startIn(folder, () =>
    options.processes
      ? startProcess('mover', { env, ...(main ? { main } : {}) })
      : startInProcess('mover', mover, env),
  )
  const more: Pick<Mover, 'status' | 'command'> = {
    async status() {
      const answer = await fetch(app.url + MOVER_PATHS.status)
      return (await answer.json()) as MoverStatus
    },
    async command(command, domain) {
      const token = await createServiceToken({ secret, caller: 'facade', audience: MOVER })
      const headers = { authorization: `Bearer ${token}` }
      const path = MOVER_PATHS[command].replace(':domain', domain)
      const answer = await fetch(app.url + path, { method: 'POST', headers })
      await answer.arrayBuffer()
      return answer.status
    },
  }
  return withMore(app, more)
}

function databasesOf({ databaseUrl, databaseUrls }: MoverOptions): Record<string, string> {
  const all = { ...(databaseUrl ? { auth: databaseUrl } : {}), ...databaseUrls }
  return Object.fromEntries(
    Object.entries(all).map(([domain, url]) => [`${domain.toUpperCase()}_DATABASE_URL`, url]),
  )
}
