import { readdirSync, readFileSync } from 'node:fs'

/**
 * Resident memory in bytes of a process and all below it. Pages they share are counted once where the
 * system tells (PostgreSQL's processes share most of theirs). Undefined where there is no /proc.
 */
export function residentBytes(rootPid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  return treeOf(rootPid, parentsByPid()).reduce((sum, pid) => sum + bytesOf(pid), 0)
}

/** A process and all its descendants. */
export function treeOf(rootPid: number, parents: ReadonlyMap<number, number>): number[] {
  const tree = [rootPid]
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

function parentsByPid(): Map<number, number> {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return new Map(pids.map((pid) => [pid, field(pid, 'status', 'PPid')]))
}

function bytesOf(pid: number): number {
  return 1_024 * (field(pid, 'smaps_rollup', 'Pss') || field(pid, 'status', 'VmRSS'))
}

function field(pid: number, file: 'status' | 'smaps_rollup', name: string): number {
  try {
    const line = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))
    return Number(line?.[1] ?? 0)
  } catch {
    return 0
  }
}
