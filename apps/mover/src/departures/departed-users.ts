import { openPostgres, type Sql } from '@emotibot/db'
import type { Place } from '@emotibot/sync'
import { within } from '../flip/within.ts'
import type { Gone } from './user-tombstones.ts'

/** Who is gone, as one service's database knows, and how far in the monolith's tombstones that is. */
export type DepartedUsers = {
  /** Null before the first. */
  place(): Promise<Place | null>
  /** Nobody is known to be gone: the monolith's file is another one, or an older state of it. */
  startOver(place: Place): Promise<void>
  /** False, and nothing is kept, where another mover has moved the place. */
  keep(gone: readonly Gone[], from: Place, to: Place): Promise<boolean>
  /** Without moving the place. */
  add(gone: readonly Gone[]): Promise<void>
  close(): Promise<void>
}

const LIMIT_MS = 5_000

export function openDepartedUsers(url: string): DepartedUsers {
  const sql = openPostgres(url, {
    applicationName: 'emotibot-mover-departures',
    max: 1,
    statementTimeoutMs: LIMIT_MS,
  })
  return {
    place: () => within(LIMIT_MS, readPlace(sql)),
    startOver: (place) => within(LIMIT_MS, startOver(sql, place)),
    keep: (gone, from, to) => within(LIMIT_MS, keep(sql, gone, { from, to })),
    add: (gone) => within(LIMIT_MS, insert(sql, gone)),
    close: () => sql.end({ timeout: 1 }),
  }
}

async function readPlace(sql: Sql): Promise<Place | null> {
  const [row] = await sql<{ place: Place }[]>`select place from departures_place`
  return row?.place ?? null
}

async function startOver(sql: Sql, place: Place): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from departed_users`
    await tx`delete from departures_place`
    await tx`insert into departures_place (place) values (${tx.json(place)})`
  })
}

type Way = { readonly from: Place; readonly to: Place }

function keep(sql: Sql, gone: readonly Gone[], { from, to }: Way): Promise<boolean> {
  return sql.begin(async (tx) => {
    // A place that is lost in a crash is walked to again.
    if (gone.length === 0) await tx`set local synchronous_commit = off`
    const moved = await tx`
      update departures_place set place = ${tx.json(to)} where place = ${tx.json(from)} returning 1`
    if (moved.length > 0) await insert(tx, gone)
    return moved.length > 0
  })
}

/** A sweep does not know whose partition a user was; who is known already stays as they are known. */
async function insert(sql: Pick<Sql, 'unsafe'>, gone: readonly Gone[]): Promise<void> {
  if (gone.length === 0) return
  await sql.unsafe(
    `insert into departed_users (user_id, partition)
     select * from unnest($1::text[], $2::text[])
     on conflict (user_id) do update set partition = excluded.partition
       where departed_users.partition = '' and excluded.partition <> ''`,
    [gone.map(({ userId }) => userId), gone.map(({ partition }) => partition)],
  )
}
