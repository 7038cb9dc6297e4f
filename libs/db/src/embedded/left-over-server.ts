import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { notStoppedError } from '../errors.ts'
import { commandLine, isAlive } from './process-identity.ts'
import { waitUntil } from './wait-until.ts'

/**
 * Clears the way for a new server on `data`: stops a server whose starter was killed, and removes a
 * `postmaster.pid` whose process is gone or is by now another program.
 */
export async function clearLeftOver(data: string, log: (line: string) => void): Promise<void> {
  const pid = readPostmasterPid(data)
  if (pid === undefined) return
  if (isServerOf(pid, data)) {
    log(`stopping the server ${pid} that an earlier run left on ${data}`)
    await stopServer(pid, data, () => !isServerOf(pid, data))
  }
  rmSync(join(data, 'postmaster.pid'), { force: true })
}

/** The signals of a fast, an immediate and a forced shutdown, each with the time it is given. */
const SHUTDOWN = [
  { signal: 'SIGINT', withinMs: 10_000 },
  { signal: 'SIGQUIT', withinMs: 5_000 },
  { signal: 'SIGKILL', withinMs: 2_000 },
] as const

/** Stops a server as gently as time allows; the data survives each of the three ways. */
export async function stopServer(pid: number, data: string, hasStopped: () => boolean): Promise<void> {
  for (const { signal, withinMs } of SHUTDOWN) {
    if (hasStopped()) return
    if (isAlive(pid)) process.kill(pid, signal)
    if (await waitUntil(hasStopped, withinMs)) return
  }
  throw notStoppedError(data, pid)
}

/** The last line of `postmaster.pid` says how far the server is. */
export function isReady(data: string): boolean {
  return readPidFile(data)[7]?.trim() === 'ready'
}

function readPostmasterPid(data: string): number | undefined {
  const pid = Number(readPidFile(data)[0])
  return Number.isInteger(pid) && pid > 1 ? pid : undefined
}

function isServerOf(pid: number, data: string): boolean {
  return isAlive(pid) && commandLine(pid).includes(data)
}

function readPidFile(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}
