export { createAppliedCheck, type Places } from './applied-check.ts'
export type {
  AuthorityRow,
  FencedRow,
  FenceOptions,
  FenceOutcome,
  GroupFence,
} from './authority.ts'
export { type BackfillOptions, type BackfillProgress, runBackfill } from './backfill.ts'
export type { Change, ChangeKind } from './batch.ts'
export { type Bell, createBell } from './bell.ts'
export { type CrossingStep, type CrossingView, type FlipToCross, nextStep } from './crossing.ts'
export { type GroupRows, otherSide, stateOf } from './crossing-state.ts'
export type { SetAsidePartitions, Span } from './crossing-target.ts'
export {
  type AnyEntity,
  type Entity,
  type EntityKey,
  type FeedTable,
  joinKey,
  type PostgresRows,
  type SqliteRows,
  splitKey,
} from './entity.ts'
export { StaleEpochError, type StopCode, StoppedError, SyncError } from './errors.ts'
export { type FoldClash, findFoldClashes } from './fold-clashes.ts'
export {
  answersFeed,
  createAnswerEntity,
  type LegacyAnswer,
  type ServiceAnswer,
} from './lens/answer-entity.ts'
export { createColumnLens, type Kept, readColumn, writeColumn } from './lens/column-lens.ts'
export { type Field, flagField, numberField, textField, timeField, wholeField } from './lens/fields.ts'
export { keyOf, readByKeys, upsertLegacyRow } from './lens/legacy-rows.ts'
export { type BrokenText, type KeptValue, type LegacyValue, readText } from './lens/legacy-values.ts'
export { MappingError } from './lens/mapping-error.ts'
export { createPlainEntity } from './lens/plain-entity.ts'
export { idOf, plainTextOf, wholeOf } from './lens/plain-values.ts'
export { hasApplied, type Place } from './position.ts'
export { createPostgresStore, type PostgresStoreOptions } from './postgres/create-postgres-store.ts'
export { readPostgresEnd } from './postgres/end-of-feed.ts'
export { closePostgresWrite, openPostgresWrite, type PostgresWriteScope } from './postgres/open-write.ts'
export {
  createPostgresOutbox,
  type OutboxEntry,
  type PostgresOutbox,
  type PostgresOutboxOptions,
  type PostgresOutboxPage,
} from './postgres/outbox.ts'
export { readPostgresPlaces } from './postgres/read-places.ts'
export { refuseUnlessOwned } from './postgres/refuse-unless-owned.ts'
export { postgresSeenConflictsStep, postgresSyncSteps, postgresTableSteps } from './postgres/schema.ts'
export type { SqlTag } from './postgres/sql-tag.ts'
export { deleteRows, type Statement, upsertRows } from './postgres/statement.ts'
export { createPump, type Pump, type PumpEvent, type PumpOptions, type PumpStatus } from './pump.ts'
export { type RetrierOptions, settleSetAside } from './retrier.ts'
export { isWithin, OWNS_ALL, OWNS_NONE, owns, type Rule } from './rule.ts'
export { createSqliteStore, type SqliteStoreOptions } from './sqlite/create-sqlite-store.ts'
export {
  closeWrite,
  openWrite,
  positionOf as readSqlitePosition,
  type WriteScope,
  writeInSqlite,
} from './sqlite/open-write.ts'
export { prepareOnce } from './sqlite/prepare-once.ts'
export { readSqlitePlaces } from './sqlite/read-places.ts'
export { refuseSqliteUnlessOwned } from './sqlite/refuse-unless-owned.ts'
export { deleteRow, upsertRow } from './sqlite/row-writer.ts'
export {
  type SchemaStep,
  sqliteCrossingStep,
  sqliteSeenConflictsStep,
  sqliteSyncSteps,
  sqliteTableSteps,
} from './sqlite/schema.ts'
export type {
  AuthorityStore,
  BackfillState,
  Conflict,
  CopyStore,
  Counts,
  Lag,
  SetAside,
  Store,
} from './store.ts'
export {
  type Difference,
  repair,
  type Sides,
  type VerifyOptions,
  type VerifyReport,
  verify,
} from './verify.ts'
export { type Waiting, waitUntilApplied } from './wait-until-applied.ts'
