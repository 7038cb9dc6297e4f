import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { initFailedError } from '../errors.ts'
import type { Account } from './server-account.ts'

/** A cluster on disk. `folder/data` is the server's; the password beside it stays ours. */
export type Cluster = { folder: string; data: string; password: string }

export const CLUSTER_USER = 'emotibot'

const run = promisify(execFile)

/** Opens the cluster in `folder`, made by initdb the first time. */
export async function openCluster(folder: string, initdb: string, account?: Account): Promise<Cluster> {
  const cluster = { folder, data: join(folder, 'data'), password: readOrMakePassword(folder) }
  if (!existsSync(join(cluster.data, 'PG_VERSION'))) await initialize(cluster, initdb, account)
  return cluster
}

/** Programs of the server get a small environment of their own, and a home they can read. */
export function serverProcessOptions(cwd: string, account?: Account) {
  return { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd, LC_ALL: 'C', TZ: 'UTC' }, ...account }
}

/**
 * The cluster is reached over TCP on a machine that others may share, so it trusts nobody:
 * a random password, in a file that only its owner reads.
 */
function readOrMakePassword(folder: string): string {
  const file = join(folder, 'password')
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}

/** Made aside and renamed, so that an initdb that was killed leaves no half cluster behind. */
async function initialize(cluster: Cluster, initdb: string, account?: Account): Promise<void> {
  const draft = join(cluster.folder, 'draft')
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  const passwordFile = join(draft, 'password')
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 })
  if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid)
  await runInitdb(initdb, draft, account).catch((error: Error & { stderr?: string }) => {
    throw initFailedError(cluster.folder, error.stderr ?? error.message)
  })
  renameSync(join(draft, 'data'), cluster.data)
  rmSync(draft, { recursive: true, force: true })
}

async function runInitdb(initdb: string, draft: string, account?: Account): Promise<void> {
  const switches = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', `--username=${CLUSTER_USER}`]
  const places = [`--pgdata=${join(draft, 'data')}`, `--pwfile=${join(draft, 'password')}`]
  await run(initdb, [...switches, ...places], { ...serverProcessOptions(draft, account), timeout: 60_000 })
}
