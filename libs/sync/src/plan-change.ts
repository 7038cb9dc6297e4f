// What becomes of one change at the destination, decided apart from the databases.
import { isDeepStrictEqual } from 'node:util'
import type { AuthorityRow } from './authority.ts'
import type { Change } from './batch.ts'
import type { Mapping } from './entity.ts'
import { owns } from './rule.ts'
import { UnreadableRow } from './unreadable.ts'

/** What the destination knows of the change's key, in the transaction that applies it. */
export type Here = {
  /** The destination's own row; null when it has none. */
  readonly current: unknown
  readonly isDeleted: boolean
  readonly isSetAside: boolean
  readonly authority: AuthorityRow
}

export type Planned =
  | { readonly does: 'nothing' }
  /** The key was deleted here for good. */
  | { readonly does: 'refuse' }
  /** An earlier change of this key was set aside: this one waits behind it. */
  | { readonly does: 'queue' }
  | { readonly does: 'setAside'; readonly reason: string }
  | { readonly does: 'write'; readonly row: unknown; readonly loser?: unknown }
  | { readonly does: 'delete'; readonly loser?: unknown }
  /** Both sides changed it. This store's epoch is as high: its row stays, the other is kept as `loser`. */
  | { readonly does: 'keepOwn'; readonly loser: unknown }

export type PlanOptions = { readonly mapping: Mapping; readonly maxRowBytes: number }

/** Pure but for the mapping, whose throwing is an outcome like the others. */
export function planChange(change: Change, here: Here, options: PlanOptions): Planned {
  if (here.isSetAside) return { does: 'queue' }
  if (change.row instanceof UnreadableRow) return { does: 'setAside', reason: change.row.reason }
  if (change.row !== null && here.isDeleted) return { does: 'refuse' }
  try {
    return change.row === null ? planDelete(change, here, options) : planWrite(change, here, options)
  } catch (error) {
    return { does: 'setAside', reason: `mapping: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function planWrite(change: Change, here: Here, { mapping, maxRowBytes }: PlanOptions): Planned {
  const onlyAdds = change.kind === 'claim' || change.kind === 'parent'
  if (onlyAdds && here.current !== null) return { does: 'nothing' }
  const isOwn = !onlyAdds && owns(here.authority.rule, mapping.partitionOfSource(change.row))
  if (isOwn && change.kind === 'copy') return { does: 'nothing' }
  const bytes = sizeOf(change.row)
  if (bytes > maxRowBytes)
    return { does: 'setAside', reason: `oversize: ${bytes} bytes, at most ${maxRowBytes}` }
  const row = mapping.translate(change.row, here.current)
  if (isDeepStrictEqual(row, here.current)) return { does: 'nothing' }
  if (!isOwn) return become(row)
  return change.epoch > here.authority.epoch
    ? { ...become(row), loser: here.current }
    : { does: 'keepOwn', loser: row }
}

/** A mapping answers null for a row that this side has no place for, e.g. a session that is over. */
function become(row: unknown): Extract<Planned, { does: 'write' | 'delete' }> {
  return row === null ? { does: 'delete' } : { does: 'write', row }
}

function planDelete(change: Change, here: Here, { mapping }: PlanOptions): Planned {
  if (change.kind === 'claim' || change.kind === 'parent') return { does: 'nothing' }
  if (here.current === null)
    return here.isDeleted || change.kind === 'copy' ? { does: 'nothing' } : { does: 'delete' }
  if (!owns(here.authority.rule, mapping.partitionOfCurrent(here.current))) return { does: 'delete' }
  if (change.kind === 'copy') return { does: 'nothing' }
  return change.epoch > here.authority.epoch
    ? { does: 'delete', loser: here.current }
    : { does: 'keepOwn', loser: null }
}

/** Near enough: what the texts and bytes of a row weigh. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.byteLength
  if (typeof value !== 'object' || value === null) return 8
  return Object.values(value).reduce<number>((sum, part) => sum + sizeOf(part), 0)
}
