import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { noAccountError } from '../errors.ts'

/** Whom the server runs as. */
export type Account = { uid: number; gid: number }

/**
 * PostgreSQL refuses to run as root, so root lends it the account `nobody` (initdb wants one that
 * has a name). Answers undefined when we are not root: the server then runs as ourselves.
 */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const account = parsePasswd(readFileSync('/etc/passwd', 'utf8'), 'nobody')
  if (!account) throw noAccountError()
  return account
}

export function parsePasswd(passwd: string, name: string): Account | undefined {
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':')
    if (user === name && uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  return undefined
}

/** Whether `account` may read and enter `path` and enter every folder above it. */
export function canReach(path: string, account: Account): boolean {
  if (!isPermitted(path, account, READ_AND_ENTER)) return false
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (!isPermitted(folder, account, ENTER)) return false
    if (folder === dirname(folder)) return true
  }
}

const ENTER = 0o1
const READ_AND_ENTER = 0o5

function isPermitted(path: string, account: Account, wanted: number): boolean {
  const { mode, uid, gid } = statSync(path)
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  return ((mode >> shift) & wanted) === wanted
}
