import { arch, cpus, loadavg, totalmem } from 'node:os'

/** What a figure depends on, and nothing that names the machine. */
export function describeMachine(now = new Date()) {
  const processors = cpus()
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${arch()}`,
    /** Runnable processes before the run: more than `cores` of them, and clocks measure other people's work too. */
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    node: process.version,
    date: now.toISOString().slice(0, 10),
  }
}

export type Machine = ReturnType<typeof describeMachine>
