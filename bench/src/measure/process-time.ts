import { readFileSync } from 'node:fs'

/** The kernel counts CPU time in hundredths of a second, whatever its own clock. */
export const TICKS_PER_SECOND = 100

/** CPU seconds a process has used so far, all its threads, in user and kernel. Linux only. */
export function cpuSeconds(pid: number): number {
  return ticksOf(readFileSync(`/proc/${pid}/stat`, 'utf8')) / TICKS_PER_SECOND
}

/** `utime` and `stime` of a stat line. Fields are counted after the name, which may hold spaces and brackets. */
export function ticksOf(stat: string): number {
  return sumOfFields(stat, 11, 13)
}

/** The same with what its children used that have ended: `cutime` and `cstime`. */
export function ticksWithEndedChildren(stat: string): number {
  return sumOfFields(stat, 11, 15)
}

function sumOfFields(stat: string, from: number, to: number): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(from, to).reduce((sum, field) => sum + Number(field), 0)
}
