import type { Side, WriteGroup } from '@emotibot/contracts'
import type { TransactionSql } from '@emotibot/db'
import type { Database } from 'better-sqlite3'
import type { Statement } from './postgres/statement.ts'

/** A table whose changes enter the feed. From this one declaration come its triggers and what drift is told by. */
export type FeedTable = {
  readonly table: string
  /** What the mapping calls the thing that its rows are, or are part of. */
  readonly entity: string
  /** The columns that make the entity's key; several are joined (`joinKey`). Never null, and never changed. */
  readonly keyColumns: readonly string[]
  readonly group: WriteGroup
  /** A second group that may add rows, e.g. `auth.claim` beside `auth`. */
  readonly claimGroup?: WriteGroup
  /** Whether the end of a row is the end of its entity for good. Not for parts, nor for keys that may come again. */
  readonly leavesTombstone: boolean
  /** All its columns. Given by the mover's side, where a column that nobody maps must stop the feed. */
  readonly columns?: readonly string[]
}

/** How an entity is read and written in the monolith's file. The first table holds one row per key. */
export type SqliteRows<Row> = {
  readonly tables: readonly FeedTable[]
  read(db: Database, keys: readonly string[]): Map<string, Row>
  /** Makes the entity this row, also when it is there already; null removes it. */
  write(db: Database, key: string, row: Row | null): void
}

/**
 * The same in a service's database, where several rows of the first table may have one key. What writes is told, not done, as few statements for many rows: the applier sends
 * them without waiting between, under the mark of just these rows.
 */
export type PostgresRows<Row> = {
  readonly tables: readonly FeedTable[]
  read(sql: TransactionSql, keys: readonly string[]): Promise<Map<string, Row>>
  /** Makes the entities these rows, also where they are there already. */
  write(rows: readonly Row[]): Statement[]
  remove(keys: readonly string[]): Statement[]
}

export function groupsOf(tables: readonly FeedTable[]): WriteGroup[] {
  const named = tables.flatMap(({ group, claimGroup }) => (claimGroup ? [group, claimGroup] : [group]))
  return [...new Set(named)]
}

export type EntityKey = { readonly entity: string; readonly key: string }

/**
 * One kind of thing on both sides and the lens between them: `back(forward(l, s), l) = l` and
 * `forward(back(s, l), s) = s`. Pure: what they need is in the rows. Parents are declared before children.
 */
export type Entity<Legacy, Service> = {
  readonly name: string
  /** Its authority row says who owns a row. */
  readonly group: WriteGroup
  readonly monolith: SqliteRows<Legacy>
  readonly service: PostgresRows<Service>
  forward(row: Legacy, current: Service | null): Service
  /** Null where the monolith holds no such row, e.g. a session that is over. */
  back(row: Service, current: Legacy | null): Legacy | null
  /** The folded username that a row belongs to. */
  readonly partitionOf: { monolith(row: Legacy): string; service(row: Service): string }
  /** Names that must be one row's alone when folded, by what they are called. */
  namesOf?(row: Legacy): Readonly<Record<string, string>>
  /** What has to be there first; it is brought along when it is missing. */
  readonly parentsOf?: { monolith(row: Legacy): EntityKey[]; service(row: Service): EntityKey[] }
}

/** An entity whose row types are its own business. */
export type AnyEntity = Entity<unknown, unknown>

/** An entity seen from the store that changes are applied to. */
export type Mapping = {
  readonly name: string
  readonly group: WriteGroup
  translate(row: unknown, current: unknown): unknown
  partitionOfSource(row: unknown): string
  partitionOfCurrent(row: unknown): string
}

export function mappingTo(side: Side, entity: AnyEntity): Mapping {
  const { name, group, partitionOf } = entity
  return side === 'service'
    ? {
        name,
        group,
        translate: (row, current) => entity.forward(row, current),
        partitionOfSource: (row) => partitionOf.monolith(row),
        partitionOfCurrent: (row) => partitionOf.service(row),
      }
    : {
        name,
        group,
        translate: (row, current) => entity.back(row, current),
        partitionOfSource: (row) => partitionOf.service(row),
        partitionOfCurrent: (row) => partitionOf.monolith(row),
      }
}

/** Sorts before everything that is in a key. */
const KEY_SEPARATOR = '\u001f'

export const joinKey = (...parts: string[]): string => parts.join(KEY_SEPARATOR)
export const splitKey = (key: string): string[] => key.split(KEY_SEPARATOR)
