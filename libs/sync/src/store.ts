import type { Position, Side, WriteGroup } from '@emotibot/contracts'
import type { FencedRow, FenceOptions, FenceOutcome, GroupFence } from './authority.ts'
import type { Batch, Change, Rows } from './batch.ts'
import type { EntityKey } from './entity.ts'
import type { Place } from './position.ts'

/** One side's database as the mover sees it. Both implementations keep the same promises (SPEC.md). */
export type Store = {
  readonly side: Side
  readonly feed: FeedReader
  readonly applier: Applier
  readonly authority: AuthorityStore
  readonly copies: CopyStore
  /** What differs from what the mapping was written for, in words; empty when nothing does. */
  findDrift(): Promise<string[]>
  close(): Promise<void>
}

export type FeedReader = {
  storeId(): Promise<string>
  /**
   * The next entries of this side's own making, their rows as of the same moment, and the place after them. Never past a
   * running transaction.
   */
  readBatch(place: Place, limit: number): Promise<Batch>
  readRows(keys: readonly EntityKey[]): Promise<Rows>
  /** Holds every transaction that has ended; it is reached once all that began before have ended too. */
  end(): Promise<Position>
  /** Counts to `most` at most, which is MOST_COUNTED unless said: counting is not free. */
  lag(place: Place, most?: number): Promise<Lag>
}

/** `entries` counts so far at most; `ms` is the age of the oldest by the store's own clock: to be shown, not decided by. */
export type Lag = { readonly entries: number; readonly ms: number }

export const MOST_COUNTED = 10_000

/** Changes of one source, and the place they lead from and to. */
export type Step = {
  readonly source: string
  readonly from: Place
  readonly to: Place
  readonly changes: readonly Change[]
}

/** What became of changes. */
export type Counts = Record<keyof typeof NO_COUNTS, number>

export const NO_COUNTS = {
  written: 0,
  deleted: 0,
  unchanged: 0,
  refused: 0,
  queued: 0,
  setAside: 0,
  conflicts: 0,
}

/** `tookMs` likewise without the COMMIT. `superseded`: another mover moved the place meanwhile; nothing was changed. */
export type Applied =
  | { readonly outcome: 'applied'; readonly counts: Counts; readonly tookMs: number }
  | { readonly outcome: 'superseded' }

/** A change that waits for whatever is wrong with it to be mended. `ticket` changes whenever anything about it does. */
export type SetAside = EntityKey & {
  readonly source: string
  readonly reason: string
  readonly attempts: number
  readonly partition: string | null
  readonly epoch: number
  readonly kind: Change['kind']
  readonly ticket: number
  readonly since: string
}

export type Retry = { readonly change: Change; readonly ticket: number }

/** Both sides changed a row: a bug somewhere, shown to people. */
export type FoundConflict = EntityKey & {
  readonly source: string
  readonly winner: 'here' | 'source'
  readonly epochHere: number
  readonly epochSource: number
  /** The row that lost, as JSON in the destination's shape; null for a delete. */
  readonly loser: string | null
}

/** As it is kept, for good; `id` is the destination's own, `at` by its clock. */
export type Conflict = FoundConflict & { readonly id: number; readonly at: string }

export type Applier = {
  /** The place of `source` here, made at the feed's start the first time. Throws when `store` is not the one followed so far. */
  place(source: string, store: string): Promise<Place>
  /**
   * All of the step and its place, or nothing. `meanwhile` may be called once, when the database has its work and this
   * process has none.
   */
  apply(step: Step, meanwhile?: () => void): Promise<Applied>
  /** Of these keys, those that have no row here. */
  absent(keys: readonly EntityKey[]): Promise<EntityKey[]>
  setAside(source: string, limit: number): Promise<SetAside[]>
  isSetAside(source: string, key: EntityKey): Promise<boolean>
  /** Tries set-aside changes again; those whose ticket is no longer valid are left alone. */
  retry(source: string, retries: readonly Retry[]): Promise<Counts>
  /** Those that nobody dismissed, the oldest first. */
  conflicts(limit: number): Promise<Conflict[]>
  /** Marks these as seen by a person; they stay kept. Answers how many were not yet. */
  dismissConflicts(ids: readonly number[]): Promise<number>
  /** After a restore and a verify: follow this store from the start of its feed. */
  adopt(source: string, store: string): Promise<void>
}

export type AuthorityStore = {
  read(group: WriteGroup): Promise<FencedRow>
  /** Rows of one moment, in the order of the groups. */
  readAll(groups: readonly WriteGroup[]): Promise<FencedRow[]>
  /**
   * Takes the groups' locks exclusively, which is the drain, and changes all rows in one transaction, or none and says
   * why. The position is taken after that.
   */
  fence(fences: readonly GroupFence[], options: FenceOptions): Promise<FenceOutcome>
}

export type BackfillState = {
  readonly entity: string
  readonly cursor: string | null
  readonly done: number
  readonly isFinished: boolean
}

/** `tookMs` without the COMMIT, whose cost does not depend on how large the step is. */
export type CopyStep = BackfillState & { readonly appended: number; readonly tookMs: number }

/** Copies never write a destination: they append keys to this store's own feed. */
export type CopyStore = {
  backfill(entity: string): Promise<BackfillState>
  /** Appends the next keys and moves the cursor, in one transaction. */
  backfillStep(entity: string, limit: number): Promise<CopyStep>
  /** Starts over: the next step begins at the first key. */
  restartBackfill(entity: string): Promise<void>
  count(entity: string): Promise<number>
  /** Keys of the entity's rows after `cursor`, in the store's own order. */
  keysAfter(entity: string, cursor: string | null, limit: number): Promise<string[]>
  repair(keys: readonly EntityKey[]): Promise<void>
}
