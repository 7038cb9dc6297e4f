export type { AuthorityRow, Fence, FenceOptions, FenceOutcome } from './authority.ts'
export { type BackfillOptions, type BackfillProgress, runBackfill } from './backfill.ts'
export type { Change, ChangeKind } from './batch.ts'
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
  decodePosition,
  encodePosition,
  hasApplied,
  mergePositions,
  type Place,
  type Position,
} from './position.ts'
export { createPostgresStore, type PostgresStoreOptions } from './postgres/create-postgres-store.ts'
export { openPostgresWrite, type PostgresWriteScope } from './postgres/open-write.ts'
export { postgresSyncSteps } from './postgres/schema.ts'
export type { SqlTag } from './postgres/sql-tag.ts'
export { createPump, type Pump, type PumpEvent, type PumpOptions, type PumpStatus } from './pump.ts'
export { isWithin, OWNS_ALL, OWNS_NONE, owns, type Rule } from './rule.ts'
export { createSqliteStore, type SqliteStoreOptions } from './sqlite/create-sqlite-store.ts'
export { closeWrite, openWrite, type WriteScope, writeInSqlite } from './sqlite/open-write.ts'
export { type SchemaStep, sqliteSyncSteps } from './sqlite/schema.ts'
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
