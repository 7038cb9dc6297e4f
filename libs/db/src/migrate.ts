// Forward-only migrations. Each step runs in one transaction together with its record:
//
//   begin → lock → read the record → (changed? refuse) → run the step → record it → commit
//
// The lock is held by the transaction, so replicas that race do each step once and a replica
// that dies lets go of it.
import { createHash } from 'node:crypto'
import type { Sql, TransactionSql } from 'postgres'
import { changedStepError, misplacedStepError, repeatedStepError, stepFailedError } from './errors.ts'

export type MigrationStep = {
  /** Never changes once applied anywhere, e.g. `001-ledger`. */
  name: string
  /** One or more statements, run as they are. */
  sql: string
}

type AppliedStep = { name: string; checksum: string }

/** Any number, the same in every replica of every version. */
const MIGRATION_LOCK = 7_263_548_001

/**
 * Brings a database up to `steps`, in order, and answers the names of those applied now.
 * Steps recorded by a newer version are left alone, so that versions can run side by side.
 */
export async function migrate(sql: Sql, steps: readonly MigrationStep[]): Promise<string[]> {
  refuseRepeatedNames(steps)
  await inMigration(sql, createRecordTable)
  refuseMisplaced(steps, await readApplied(sql))
  const appliedNow: string[] = []
  for (const step of steps) {
    if (await inMigration(sql, (tx) => applyStep(tx, step))) appliedNow.push(step.name)
  }
  return appliedNow
}

/** The text a step is known by; line endings do not count. */
export function stepChecksum(step: MigrationStep): string {
  return createHash('sha256').update(step.sql.replaceAll('\r\n', '\n').trim()).digest('hex')
}

async function inMigration<T>(sql: Sql, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const outcome = await sql.begin(async (tx) => {
    // Waiting for another replica's long step is not an error, nor is a long step of our own.
    await tx`set local statement_timeout = 0`
    await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`
    return { value: await work(tx) }
  })
  return outcome.value
}

async function createRecordTable(tx: TransactionSql): Promise<void> {
  await tx`
    create table if not exists applied_migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`
}

async function applyStep(tx: TransactionSql, step: MigrationStep): Promise<boolean> {
  const checksum = stepChecksum(step)
  const [applied] = await tx<AppliedStep[]>`
    select name, checksum from applied_migrations where name = ${step.name}`
  if (applied) {
    if (applied.checksum !== checksum) throw changedStepError(step.name)
    return false
  }
  await runStep(tx, step)
  await tx`insert into applied_migrations (name, checksum) values (${step.name}, ${checksum})`
  return true
}

async function runStep(tx: TransactionSql, step: MigrationStep): Promise<void> {
  try {
    await tx.unsafe(step.sql)
  } catch (error) {
    throw stepFailedError(step.name, error)
  }
}

async function readApplied(sql: Sql): Promise<Set<string>> {
  const rows = await sql<AppliedStep[]>`select name, checksum from applied_migrations`
  return new Set(rows.map((row) => row.name))
}

function refuseRepeatedNames(steps: readonly MigrationStep[]): void {
  const seen = new Set<string>()
  for (const { name } of steps) {
    if (seen.has(name)) throw repeatedStepError(name)
    seen.add(name)
  }
}

function refuseMisplaced(steps: readonly MigrationStep[], applied: ReadonlySet<string>): void {
  const lastApplied = steps.findLastIndex((step) => applied.has(step.name))
  const misplaced = steps.slice(0, Math.max(0, lastApplied)).find((step) => !applied.has(step.name))
  const after = steps[lastApplied]
  if (misplaced && after) throw misplacedStepError(misplaced.name, after.name)
}
