import type { Reader } from '@emotibot/service-store'
import { owns, type Rule } from '@emotibot/sync'
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { authority, said } from '../schema.ts'
import { selectTurns } from '../turns.ts'

export const PENDING_AT_ONCE = 50

/** Turns that wait for a reply or for their emotion, and that nobody is at; in the order of their ids, after the one given. */
export function pendingTurns(db: Reader, after: string) {
  const isPending = sql`(${said.replyStatus} = 'pending' or ${said.emotionStatus} = 'pending')`
  const isFree = sql`not exists (
    select from turn_leases held where held.turn_id = ${said.turnId} and held.until > clock_timestamp())`
  return selectTurns(db, and(gt(said.turnId, after), isPending, isFree))
    .orderBy(asc(said.turnId))
    .limit(PENDING_AT_ONCE)
}

/** As JSON: an array of text does not come as a value from the driver. */
const names = (column: typeof authority.allow | typeof authority.deny) => sql<string[]>`to_json(${column})`

/** Tells whether this store owns a partition of the group, at the moment it was read. */
export async function readOwnership(db: Reader): Promise<(partition: string) => boolean> {
  const { low, high, allow, deny } = authority
  const [rule]: Rule[] = await db
    .select({ low, high, allow: names(allow), deny: names(deny) })
    .from(authority)
    .where(eq(authority.writeGroup, 'conversation'))
  return (partition) => rule !== undefined && owns(rule, partition)
}
