import type { WriteGroup } from '@emotibot/contracts'
import { and, asc, lte } from 'drizzle-orm'
import type { AnswersTable } from './answers-table.ts'
import { isOf } from './kept-answers.ts'
import type { Store } from './store.ts'
import { unlessStale } from './unless-stale.ts'

/** For so long a retry finds its answer, at least. */
const KEY_LIFETIME_MS = 24 * 3_600_000
const PURGE_AT_ONCE = 100

export type PurgeOptions = {
  readonly answers: AnswersTable
  /** Whose owner forgets. Not a claim group: what that added is its main group's to take away (libs/sync). */
  readonly group: WriteGroup
  readonly nowMs: number
}

/** Forgets some answers past their time, each under its partition: whoever owns that forgets for both sides. Returns how many it looked at. */
export async function purgeAnswers(store: Store, { answers, group, nowMs }: PurgeOptions): Promise<number> {
  const isOver = lte(answers.createdAtMs, nowMs - KEY_LIFETIME_MS)
  const rows = await store.read((db) =>
    db.select().from(answers).where(isOver).orderBy(asc(answers.createdAtMs)).limit(PURGE_AT_ONCE),
  )
  for (const row of rows) {
    const scope = { group, partition: row.partition }
    await unlessStale(store.write(scope, (tx) => tx.delete(answers).where(and(isOf(answers, row), isOver))))
  }
  return rows.length
}
