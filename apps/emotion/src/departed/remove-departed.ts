import { type Store, type Tx, unlessStale } from '@emotibot/service-store'
import { and, asc, eq, exists, gt, inArray, or, sql } from 'drizzle-orm'
import { answers, departedUsers, feedback, readings } from '../schema.ts'

const USERS_AT_ONCE = 50
const ROWS_AT_ONCE = 200

/**
 * Removes rows of some users who deleted their account, after `after` in the order of their ids, in short steps. Answers
 * where to go on; null at the end. Whoever had rows once may get more, from a feed that is late, so it is done over and over.
 */
export async function removeDeparted(store: Store, after: string): Promise<string | null> {
  const userIds = await findWithRows(store, after)
  for (const userId of userIds) {
    await removeFeedback(store, userId)
    await removeAnswers(store, userId)
    await removeReadingsOf(store, userId)
  }
  return userIds.length < USERS_AT_ONCE ? null : (userIds.at(-1) ?? null)
}

async function findWithRows(store: Store, after: string): Promise<string[]> {
  const rows = await store.read((db) => {
    const hasRows = [feedback, answers, readings].map((table) =>
      exists(db.select({ one: sql`1` }).from(table).where(eq(table.userId, departedUsers.userId))),
    )
    return db
      .select({ userId: departedUsers.userId })
      .from(departedUsers)
      .where(and(gt(departedUsers.userId, after), or(...hasRows)))
      .orderBy(asc(departedUsers.userId))
      .limit(USERS_AT_ONCE)
  })
  return rows.map(({ userId }) => userId)
}

/**
 * Each row goes under the partition that it names, which the user's own may not be known to be any more. What the other
 * side owns is that side's to remove.
 */
async function removeFeedback(store: Store, userId: string): Promise<void> {
  const isTheirs = eq(feedback.userId, userId)
  const owners = await store.read((db) =>
    db.select({ partition: feedback.ownerKey }).from(feedback).where(isTheirs).groupBy(feedback.ownerKey),
  )
  for (const { partition } of owners) {
    const isOfOwner = and(isTheirs, eq(feedback.ownerKey, partition))
    await inSteps(store, partition, async (tx) => {
      const some = tx.select({ id: feedback.turnId }).from(feedback).where(isOfOwner).limit(ROWS_AT_ONCE)
      return tx.delete(feedback).where(inArray(feedback.turnId, some)).returning({ id: feedback.turnId })
    })
  }
}

async function removeAnswers(store: Store, userId: string): Promise<void> {
  const isTheirs = eq(answers.userId, userId)
  const owners = await store.read((db) =>
    db.select({ partition: answers.partition }).from(answers).where(isTheirs).groupBy(answers.partition),
  )
  for (const { partition } of owners) {
    const isOfOwner = and(isTheirs, eq(answers.partition, partition))
    await inSteps(store, partition, async (tx) => {
      const some = tx.select({ key: answers.key }).from(answers).where(isOfOwner).limit(ROWS_AT_ONCE)
      return tx
        .delete(answers)
        .where(and(isTheirs, inArray(answers.key, some)))
        .returning({ key: answers.key })
    })
  }
}

type RemoveSome = (tx: Tx) => Promise<readonly unknown[]>

async function inSteps(store: Store, partition: string, removeSome: RemoveSome): Promise<void> {
  const scope = { group: 'emotion', partition } as const
  for (let removed = ROWS_AT_ONCE; removed === ROWS_AT_ONCE; ) {
    const step = await unlessStale(store.write(scope, removeSome))
    removed = step?.value.length ?? 0
  }
}

/** They are a projection, in no group: nobody else's to remove. */
async function removeReadingsOf(store: Store, userId: string): Promise<void> {
  const isTheirs = eq(readings.userId, userId)
  for (let removed = ROWS_AT_ONCE; removed === ROWS_AT_ONCE; ) {
    const gone = await store.writeOwn(async (tx) => {
      const some = tx.select({ id: readings.turnId }).from(readings).where(isTheirs).limit(ROWS_AT_ONCE)
      return tx.delete(readings).where(inArray(readings.turnId, some)).returning({ id: readings.turnId })
    })
    removed = gone.length
  }
}
