import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a process with this id runs, ours or another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * A text that differs between two processes which had the same id one after the other.
 * Empty where the system does not tell.
 */
export function startMark(pid: number): string {
  if (process.platform !== 'linux') return askPs(pid, 'lstart=')
  return statFields(pid)[19] ?? ''
}

/** Ended, but its parent has not asked how: it holds nothing any more. */
function isZombie(pid: number): boolean {
  return process.platform === 'linux' && statFields(pid)[0] === 'Z'
}

/** The fields of /proc/PID/stat from the third on: the second, the program's name, may hold spaces. */
function statFields(pid: number): string[] {
  return readProc(pid, 'stat').split(') ').pop()?.split(' ') ?? []
}

/** The arguments a process was started with, in one text; empty when it cannot be known. */
export function commandLine(pid: number): string {
  return process.platform === 'linux'
    ? readProc(pid, 'cmdline').replaceAll('\0', ' ')
    : askPs(pid, 'command=')
}

function readProc(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

function askPs(pid: number, column: string): string {
  if (process.platform === 'win32') return ''
  try {
    return execFileSync('ps', ['-ww', '-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}
