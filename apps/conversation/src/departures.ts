import { badTokenError } from '@emotibot/service-kit'
import { type Reader, type Store, unlessStale } from '@emotibot/service-store'
import { asc, eq, gt, sql } from 'drizzle-orm'
import { removeSomeOf } from './remove.ts'
import { departedUsers } from './schema.ts'

/** Throws UNAUTHENTICATED, as for any bad token, for a user who was deleted for good. */
export async function refuseDeparted(db: Reader, userId: string): Promise<void> {
  const isTheirs = eq(departedUsers.userId, userId)
  const departed = await db.select({ userId: departedUsers.userId }).from(departedUsers).where(isTheirs)
  if (departed.length > 0) throw badTokenError()
}

const DEPARTED_AT_ONCE = 200

/**
 * Makes the chore that removes what is still held of users who are gone, where it is owned here; what the other side
 * removes comes by its feed. Each call looks at some of them, in a circle: rows may come late.
 */
export function createRemoveDeparted(store: Store) {
  let after = ''

  return async (stop: AbortSignal): Promise<void> => {
    const page = await store.read((db) => departedAfter(db, after))
    for (const { userId, ownerKey } of page) {
      if (ownerKey !== null) await removeAll(store, { userId, partition: ownerKey, stop })
    }
    after = page.length < DEPARTED_AT_ONCE ? '' : (page.at(-1)?.userId ?? '')
  }
}

type Removal = { readonly userId: string; readonly partition: string; readonly stop: AbortSignal }

async function removeAll(store: Store, { userId, partition, stop }: Removal): Promise<void> {
  while (!stop.aborted) {
    const scope = { group: 'conversation', partition } as const
    const written = await unlessStale(store.write(scope, (tx) => removeSomeOf(tx, userId)))
    if (written?.value !== false) return
  }
}

/** Whose partition their rows are of is what the rows say: who tells of the departure may not know it. Null: there are none. */
function departedAfter(db: Reader, after: string) {
  const { userId } = departedUsers
  // The outer column in full: drizzle would write it without its table, and every table here has one of that name.
  const ownerKey = sql<string | null>`coalesce(
    (select owner_key from messages held where held.user_id = departed_users.user_id and held.role = 'user' limit 1),
    (select owner_key from conversations held where held.user_id = departed_users.user_id limit 1),
    (select partition from conversation_idempotency_keys held where held.user_id = departed_users.user_id limit 1))`
  return db
    .select({ userId, ownerKey: ownerKey.mapWith(departedUsers.partition) })
    .from(departedUsers)
    .where(gt(userId, after))
    .orderBy(asc(userId))
    .limit(DEPARTED_AT_ONCE)
}
