import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

/** What is measured has one core to itself; what drives it has another. */
export const MEASURED_CORE = 0
export const DRIVING_CORE = Math.min(1, cpus().length - 1)

/** Keeps a process and all its threads on one core. Throws where that cannot be done. */
export function pin(pid: number, core: number): void {
  const done = spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { encoding: 'utf8' })
  if (done.status === 0) return
  throw new Error(
    `taskset could not pin process ${pid} to core ${core}: ${done.error?.message ?? done.stderr}`,
  )
}
