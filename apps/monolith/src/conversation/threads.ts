import { randomUUID } from 'node:crypto'
import { ApiError } from '@emotibot/service-kit'
import { and, asc, desc, eq, max, sql } from 'drizzle-orm'
import type { Owner } from '../store/owner.ts'
import type { Reader, Tx } from '../store/store.ts'
import { type ThreadRow, threads, turns } from '../store/tables.ts'
import { readTimeCursor } from './answer.ts'

export const UNTITLED = 'New conversation'

/** The user's thread of this id. Throws NOT_FOUND, also for another user's: nobody learns that it exists. */
export function threadOrThrow(db: Reader, id: string, userId: string): ThreadRow {
  const isTheirs = and(eq(threads.id, id), eq(threads.userId, userId))
  const row = db.select().from(threads).where(isTheirs).get()
  if (!row) throw new ApiError('NOT_FOUND', 'There is no such conversation. It may have been deleted.')
  return row
}

export type ListQuery = { readonly before?: string | undefined; readonly limit: number }

/** One more than `limit`, the one written to last first, ties by id. */
export function listThreads(db: Reader, userId: string, { before, limit }: ListQuery): ThreadRow[] {
  const cursor = before === undefined ? null : readTimeCursor(before)
  const isBefore = cursor && sql`(${threads.updatedAt}, ${threads.id}) < (${cursor.timeKey}, ${cursor.id})`
  return db
    .select()
    .from(threads)
    .where(and(eq(threads.userId, userId), isBefore ?? undefined))
    .orderBy(desc(threads.updatedAt), desc(threads.id))
    .limit(limit + 1)
    .all()
}

/** Threads in the order they were begun, after the one given: how an export walks. */
export function threadsFrom(db: Reader, userId: string, after: ThreadRow | null, limit: number): ThreadRow[] {
  const isAfter = after && sql`(${threads.createdAt}, ${threads.id}) > (${after.createdAt}, ${after.id})`
  return db
    .select()
    .from(threads)
    .where(and(eq(threads.userId, userId), isAfter ?? undefined))
    .orderBy(asc(threads.createdAt), asc(threads.id))
    .limit(limit)
    .all()
}

export function addThread(tx: Tx, owner: Owner, { title, time }: { title: string; time: string }): ThreadRow {
  const row = { id: randomUUID(), ...owner, title, createdAt: time, updatedAt: time, revision: 1 }
  tx.insert(threads).values(row).run()
  return row
}

/** A new title is no new message: the conversation keeps its place in the list. */
export function renameThread(tx: Tx, thread: ThreadRow, title: string): ThreadRow {
  const renamed = { ...thread, title, revision: thread.revision + 1 }
  tx.update(threads).set({ title, revision: renamed.revision }).where(eq(threads.id, thread.id)).run()
  return renamed
}

/** Moves a thread to the front of the list, and gives the place of its next turn. */
export function takeNextSeq(tx: Tx, threadId: string, time: string): number {
  tx.update(threads)
    .set({ updatedAt: time, revision: sql`${threads.revision} + 1` })
    .where(eq(threads.id, threadId))
    .run()
  const row = tx
    .select({ last: max(turns.seq) })
    .from(turns)
    .where(eq(turns.threadId, threadId))
    .get()
  return (row?.last ?? 0) + 1
}
