import { toStorable } from '@emotibot/contracts'
import type { Place } from '@emotibot/sync'
import Database from 'better-sqlite3'

/** A user who is gone for good, as the services spell them. */
export type Gone = { readonly userId: string; readonly partition: string }

export type Walked = { readonly gone: readonly Gone[]; readonly upTo: Place }
export type Swept = { readonly gone: readonly Gone[]; readonly last: string | null }

/** The tombstones of users in the monolith's file, whichever side made them. Reads only; every read is short. */
export type UserTombstones = {
  store(): string
  /** Whether the file still has what was read up to there: one that was restored has not. */
  hasPassed(place: Place): boolean
  /** Those whom the next stretch of the feed names. The same place again where the feed ends. */
  walk(from: Place): Walked
  /** By id, the next after `after`, also those whom no entry of the feed names: their row never came here. */
  sweep(after: string): Swept
  close(): void
}

/** Entries of the feed, most of which are of something else. */
const STRETCH = 2_000
const AT_ONCE = 500
/** No id is this long, and no index of the services could hold one. */
const LONGEST_ID = 1_000

type Named = { key: string; partition: string | null }
type Entry = { at_ms: number; entity: string; key: string }

export function openUserTombstones(file: string): UserTombstones {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  const storeId = db.prepare<[], string>('select id from store').pluck()
  const endOfFeed = db.prepare<[], number>('select coalesce(max(seq), 0) from feed').pluck()
  const entryAt = db.prepare<[number], Entry>('select at_ms, entity, key from feed where seq = ?')
  const named = db.prepare<[number, number], Named>(
    `select f.key, max(f.partition) as partition from feed f
     join tombstones t on t.entity = 'user' and t.key = f.key
     where f.seq > ? and f.seq <= ? and f.entity = 'user' group by f.key`,
  )
  const buried = db.prepare<[string, number], Named>(
    "select key, null as partition from tombstones where entity = 'user' and key > ? order by key limit ?",
  )

  function placeAt(seq: number): Place {
    const print = printOf(entryAt.get(seq))
    return { store: storeId.get() ?? '', xid: '0', seq, anchor: print === null ? null : { seq, print } }
  }

  function walk(from: Place): Walked {
    const upTo = Math.min(from.seq + STRETCH, endOfFeed.get() ?? 0)
    if (upTo <= from.seq) return { gone: [], upTo: from }
    return { gone: named.all(from.seq, upTo).flatMap(goneOf), upTo: placeAt(upTo) }
  }

  return {
    store: () => storeId.get() ?? '',
    hasPassed: ({ anchor, seq }) =>
      anchor ? printOf(entryAt.get(anchor.seq)) === anchor.print : seq <= (endOfFeed.get() ?? 0),
    walk: (from) => db.transaction(walk).deferred(from),
    sweep: (after) => {
      const found = buried.all(after, AT_ONCE)
      return { gone: found.flatMap(goneOf), last: found.at(-1)?.key ?? null }
    },
    close: () => void db.close(),
  }
}

function goneOf({ key, partition }: Named): Gone[] {
  const userId = toStorable(key)
  return userId.length > LONGEST_ID ? [] : [{ userId, partition: toStorable(partition ?? '') }]
}

const printOf = (entry: Entry | undefined): string | null =>
  entry ? toStorable(`${entry.at_ms}.${entry.entity}.${entry.key}`) : null
