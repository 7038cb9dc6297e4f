import { readdirSync, readFileSync } from 'node:fs'
import { TICKS_PER_SECOND, ticksWithEndedChildren } from '../measure/process-time.ts'

export type TreeUse = {
  /** Resident memory; a page that several processes share counts once. */
  readonly residentBytes: number
  /** CPU time so far, of children that have ended too. */
  readonly cpuSeconds: number
}

/** What a process and all below it use. Linux only. */
export function useOfTree(rootPid: number): TreeUse {
  const tree = treeOf(rootPid)
  const ticks = tree.map((pid) => ticksWithEndedChildren(pageOf(pid, 'stat')))
  const kibibytes = tree.map((pid) => fieldOf(pageOf(pid, 'smaps_rollup'), 'Pss'))
  return { residentBytes: sum(kibibytes) * 1_024, cpuSeconds: sum(ticks) / TICKS_PER_SECOND }
}

function treeOf(rootPid: number): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  const parents = pids.map((pid) => [pid, fieldOf(pageOf(pid, 'status'), 'PPid')] as const)
  const tree = [rootPid]
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function fieldOf(page: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(page)?.[1] ?? 0)
}

/** Empty when the process is gone. */
function pageOf(pid: number, page: string): string {
  try {
    return readFileSync(`/proc/${pid}/${page}`, 'utf8')
  } catch {
    return ''
  }
}
