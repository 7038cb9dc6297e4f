import { setTimeout as delay } from 'node:timers/promises'
import type { WriteGroup } from '@emotibot/contracts'
import Database from 'better-sqlite3'
import { type Fence, type FenceOptions, type FenceOutcome, judgeFence } from '../authority.ts'
import type { AuthorityStore } from '../store.ts'
import { readAuthority, writeAuthority } from './authority-rows.ts'
import { positionOf } from './open-write.ts'

/** A connection that waits for a lock stops its whole process, so it asks again instead. */
const ASK_AGAIN_MS = 2

export function createSqliteAuthority(db: Database.Database): AuthorityStore {
  return {
    read: async (group) => readAuthority(db, group),
    fence: (group, fence, options) => fenceWithin(db, { group, fence, options }),
  }
}

type Attempt = { readonly group: WriteGroup; readonly fence: Fence; readonly options: FenceOptions }

/** Having the write lock is the drain: who had passed the check has committed, who comes later reads the new row. */
async function fenceWithin(db: Database.Database, attempt: Attempt): Promise<FenceOutcome> {
  const deadline = performance.now() + attempt.options.lockWithinMs
  const take = db.transaction(() => takeFence(db, attempt))
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

function takeFence(db: Database.Database, { group, fence }: Attempt): FenceOutcome {
  const row = readAuthority(db, group)
  const judged = judgeFence(row, fence)
  if (judged.verdict === 'refuse') return { outcome: 'refused', row, reason: judged.reason }
  if (judged.verdict === 'take') writeAuthority(db, judged.next)
  return { outcome: 'done', row: judged.verdict === 'take' ? judged.next : row, position: positionOf(db) }
}

export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code)
}
