import type { WriteGroup } from '@emotibot/contracts'
import type { EntityKey, Mapping } from './entity.ts'
import type { Place } from './position.ts'

/** `write`: somebody changed the row. `backfill`, `repair`: nobody did; it is to be copied. */
export type Cause = 'write' | 'backfill' | 'repair'

/** What a feed says: something about this key is new. The row itself is read when it is applied. */
export type FeedEntry = EntityKey & {
  readonly epoch: number
  readonly group: WriteGroup
  readonly cause: Cause
  readonly partition: string | null
}

/** Present rows by entity and key; a key that is not there has no row. */
export type Rows = ReadonlyMap<string, ReadonlyMap<string, unknown>>

/** Entries after a place, with the rows as they were in the same snapshot or later. */
export type Batch = { readonly entries: readonly FeedEntry[]; readonly rows: Rows; readonly next: Place }

/** One key's news: the newest state, once, however many entries named it. */
export type Change = EntityKey & {
  /** null: the row is gone. */
  readonly row: unknown
  readonly epoch: number
  readonly kind: ChangeKind
  readonly partition: string | null
}

/**
 * `change`: its owner changed it. `claim`: a claim group added it, and its owner may be the other side. `copy`:
 * backfill and repair. `parent`: brought along because a child needs it.
 */
export type ChangeKind = 'change' | 'claim' | 'copy' | 'parent'

/**
 * Folds entries into changes, in the order in which their keys were first named. Rows that no entry names are parents
 * that the reader brought along.
 */
export function toChanges(batch: Batch, mappings: ReadonlyMap<string, Mapping>): Change[] {
  const changes = new Map<string, Change>()
  for (const entry of batch.entries) {
    const mapping = mappings.get(entry.entity)
    if (!mapping) continue
    const id = idOf(entry)
    const row = batch.rows.get(entry.entity)?.get(entry.key) ?? null
    const fresh = {
      ...keyOf(entry),
      row,
      epoch: entry.epoch,
      kind: kindOf(entry, mapping),
      partition: entry.partition,
    }
    const earlier = changes.get(id)
    changes.set(id, earlier ? merge(earlier, fresh) : fresh)
  }
  return [...changes.values(), ...parentsIn(batch.rows).filter((parent) => !changes.has(idOf(parent)))]
}

const idOf = ({ entity, key }: EntityKey): string => JSON.stringify([entity, key])

function parentsIn(rows: Rows): Change[] {
  return [...rows].flatMap(([entity, byKey]) =>
    [...byKey].map(([key, row]) => ({
      entity,
      key,
      row,
      epoch: 0,
      kind: 'parent' as const,
      partition: null,
    })),
  )
}

const keyOf = ({ entity, key }: EntityKey): EntityKey => ({ entity, key })

function kindOf(entry: FeedEntry, mapping: Mapping): ChangeKind {
  if (entry.cause !== 'write') return 'copy'
  return entry.group === mapping.group ? 'change' : 'claim'
}

const WEIGHT: Record<ChangeKind, number> = { parent: 0, copy: 1, claim: 2, change: 3 }

/** An epoch counts only among entries of its own kind: claims have epochs of another group. */
export function merge(one: Change, other: Change): Change {
  if (WEIGHT[one.kind] !== WEIGHT[other.kind]) {
    const [heavier, lighter] = WEIGHT[one.kind] > WEIGHT[other.kind] ? [one, other] : [other, one]
    return { ...heavier, partition: heavier.partition ?? lighter.partition }
  }
  return { ...one, epoch: Math.max(one.epoch, other.epoch), partition: one.partition ?? other.partition }
}
