import type { AuditEntry } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { wrap } from './wrap.ts'

/** An entry is one line and, where someone said why, a second: what was done is the longest part. */
export function renderAudit(entries: readonly AuditEntry[], colors: Colors): string {
  if (entries.length === 0) return 'Nothing was flipped yet.'
  return entries
    .filter((entry) => !isEndedOrder(entry, entries))
    .flatMap((entry) => renderEntry(entry, colors))
    .join('\n')
}

/** How it ended is told by an entry of its own; the order adds nothing to that. */
function isEndedOrder({ action, flip }: AuditEntry, entries: readonly AuditEntry[]): boolean {
  return action === 'ordered' && entries.some((other) => other.flip === flip && ENDS.includes(other.action))
}

const ENDS: readonly AuditEntry['action'][] = ['flip', 'rollback', 'abandoned']

function renderEntry({ at, by, action, flip, summary, why }: AuditEntry, colors: Colors): string[] {
  const when = at.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
  const what = action === 'refused' ? colors.yellow(action) : action
  return [
    `${colors.dim(when)}  ${by}  ${what}${flip ? `  ${flip}` : ''}`,
    `    ${wrap(summary, 4)}`,
    ...(why ? [`    ${wrap(`why: ${why}`, 4)}`] : []),
  ]
}
