import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { type FenceOptions, type FenceOutcome, type GroupFence, judgeFences } from '../authority.ts'
import { noAuthorityError } from '../errors.ts'
import type { AuthorityStore } from '../store.ts'
import { readFenced, writeAuthority } from './authority-rows.ts'
import { positionOf } from './open-write.ts'

/** A connection that waits for a lock stops its whole process, so it asks again instead. */
const ASK_AGAIN_MS = 2

export function createSqliteAuthority(db: Database.Database): AuthorityStore {
  return {
    read: async (group) => {
      const [row] = readFenced(db, [group])
      if (!row) throw noAuthorityError(group)
      return row
    },
    readAll: async (groups) => readFenced(db, groups),
    fence: (fences, options) => fenceWithin(db, fences, options),
  }
}

/** Having the write lock is the drain: who had passed the check has committed, who comes later reads the new row. */
async function fenceWithin(
  db: Database.Database,
  fences: readonly GroupFence[],
  { lockWithinMs }: FenceOptions,
): Promise<FenceOutcome> {
  const deadline = performance.now() + lockWithinMs
  const take = db.transaction(() => takeFences(db, fences))
  for (;;) {
    try {
      return take.immediate()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() >= deadline) return { outcome: 'busy' }
      await delay(ASK_AGAIN_MS)
    }
  }
}

function takeFences(db: Database.Database, fences: readonly GroupFence[]): FenceOutcome {
  const rows = readFenced(
    db,
    fences.map(({ group }) => group),
  )
  const judged = judgeFences(rows, fences)
  if ('refused' in judged) return { outcome: 'refused', rows, reason: judged.refused }
  for (const row of judged.changed) writeAuthority(db, row)
  return { outcome: 'done', rows: judged.rows, position: positionOf(db) }
}

export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code)
}
