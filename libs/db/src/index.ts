export type { Sql, TransactionSql } from 'postgres'
export { createDatabaseIfMissing } from './create-database.ts'
export { claimFolder, type FolderClaim } from './embedded/claim-folder.ts'
export { placeOfCluster } from './embedded/cluster-place.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/start-embedded-postgres.ts'
export { DatabaseError } from './errors.ts'
export { type MigrationStep, migrate } from './migrate.ts'
export { openPostgres, type PostgresOptions } from './open-postgres.ts'
