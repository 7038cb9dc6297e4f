import type { Domain, WriteGroup } from '@emotibot/contracts'
import { OWNS_ALL, OWNS_NONE, type Rule } from '@emotibot/sync'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** The monolith's file as another process has it, e.g. the mover. Closed with the test. */
export function openFile({ file }: { readonly file: string }): Database.Database {
  const db = new Database(file, { timeout: 5_000 })
  db.pragma('recursive_triggers = on')
  onTestFinished(() => void db.close())
  return db
}

/** What a flip leaves behind at its source: everything but these is still the monolith's. */
export const without = (...deny: string[]): Rule => ({ ...OWNS_ALL, deny })
export const nothing = OWNS_NONE

export function giveUp(db: Database.Database, group: WriteGroup, rule: Rule): void {
  setRule(db, group, rule)
}

/** What a roll back leaves behind: all of a group is the monolith's again. */
export function takeBack(db: Database.Database, group: WriteGroup): void {
  setRule(db, group, OWNS_ALL)
}

function setRule(db: Database.Database, group: WriteGroup, { low, high, deny }: Rule): void {
  db.prepare('UPDATE authority SET epoch = epoch + 1, low = ?, high = ?, deny = ? WHERE write_group = ?').run(
    low,
    high,
    JSON.stringify(deny),
    group,
  )
}

export type Applied = { readonly group: WriteGroup; readonly partition: string }

/** Writes as the mover does when it applies what the other side did. */
export function apply(db: Database.Database, { group, partition }: Applied, work: () => void): void {
  const step = db.transaction(() => {
    db.prepare("INSERT INTO write_mark VALUES (1, ?, 1, 'service', ?)").run(group, partition)
    work()
    db.exec('DELETE FROM write_mark')
  })
  step.immediate()
}

export function applyDeletionOfUser(db: Database.Database, partition: string, userId: string): void {
  apply(db, { group: 'auth', partition }, () => {
    db.prepare('DELETE FROM sessions WHERE user_id = ?').run(userId)
    db.prepare('DELETE FROM users WHERE id = ?').run(userId)
  })
}

export type Followed = { readonly of: Domain; readonly store: string; readonly xid: number }

/** The feed of a service's store, of which the monolith has come as far as `xid`. */
export function follow(db: Database.Database, { of, store, xid }: Followed): void {
  const place = JSON.stringify({ store, xid: String(xid), seq: 0, anchor: null })
  db.prepare('INSERT OR REPLACE INTO places (source, store, place) VALUES (?, ?, ?)').run(of, store, place)
}
