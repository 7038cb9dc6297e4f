export type { Sql, TransactionSql } from 'postgres'
export { createDatabaseIfMissing } from './create-database.ts'
export { claimFolder, type FolderClaim } from './embedded/claim-folder.ts'
export { freePort } from './embedded/free-port.ts'
export { isAlive } from './embedded/process-identity.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded/start-embedded-postgres.ts'
export { DatabaseError } from './errors.ts'
export { type MigrationStep, migrate } from './migrate.ts'
export { openPostgres, type PostgresOptions } from './open-postgres.ts'
