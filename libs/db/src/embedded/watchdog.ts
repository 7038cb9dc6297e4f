import { spawn } from 'node:child_process'
import type { Account } from './server-account.ts'

// Comes back from `read` when the process that holds the other end of the pipe is gone, however it went.
const SCRIPT = `
trap "" INT TERM HUP
read -r line
kill -INT "$1" 2>/dev/null
waited=0
while kill -0 "$1" 2>/dev/null && [ "$waited" -lt 100 ]; do sleep 0.1; waited=$((waited + 1)); done
kill -QUIT "$1" 2>/dev/null
`

export type Watchdog = { dismiss(): void }

/**
 * Stops the server when this process dies, even by kill -9: a shell of its own session waits for our
 * end of a pipe to close. Where there is no shell the next start clears what was left.
 */
export function watchOver(serverPid: number, account?: Account): Watchdog {
  if (process.platform === 'win32') return { dismiss: () => undefined }
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'emotibot-postgres-watchdog', String(serverPid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
    ...account,
  })
  shell.on('error', () => undefined)
  shell.unref()
  return { dismiss: () => shell.kill('SIGKILL') }
}
