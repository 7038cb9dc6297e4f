import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { type Account, canReach, serverAccount } from './server-account.ts'

/** Only root falls back to this folder: only root can write it, and every account can enter it. */
export const SYSTEM_FOLDER = '/var/lib/emotibot'

/**
 * The folder that really holds the cluster of `dataDir`: itself, or, when we are root and the
 * server's account cannot get there (a repository in root's home), one under `/var/lib/emotibot`
 * that is always the same for the same `dataDir`. Makes the folder.
 */
export function placeOfCluster(dataDir: string, account: Account | undefined = serverAccount()): string {
  const wanted = makeFolder(dataDir, account)
  if (!account || canReach(wanted, account)) return wanted
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  return makeFolder(join(SYSTEM_FOLDER, `cluster-${key}`), account)
}

/** Root keeps the folder and its password file; the server's account may pass through to its own part. */
function makeFolder(folder: string, account: Account | undefined): string {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, account ? 0o755 : 0o700)
  if (folder.startsWith(SYSTEM_FOLDER)) chmodSync(SYSTEM_FOLDER, 0o755)
  return realpathSync(folder)
}
