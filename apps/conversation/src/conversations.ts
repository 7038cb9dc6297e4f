import { randomUUID } from 'node:crypto'
import type { Reader, Tx } from '@emotibot/service-store'
import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { noConversationError } from './errors.ts'
import { readTimeCursor } from './page.ts'
import { type ConversationRow, conversations } from './schema.ts'

export const UNTITLED = 'New conversation'

/** Whose rows are meant: the user's id, and the folded username. */
export type Owner = { readonly userId: string; readonly ownerKey: string }

const isTheirs = (id: string, userId: string) =>
  and(eq(conversations.id, id), eq(conversations.userId, userId))

/** The user's conversation of this id. Throws NOT_FOUND, also for another user's. */
export async function conversationOrThrow(db: Reader, id: string, userId: string): Promise<ConversationRow> {
  const [row] = await db.select().from(conversations).where(isTheirs(id, userId))
  if (!row) throw noConversationError()
  return row
}

/** The same, and it stays as it is until the transaction ends: who writes to a conversation waits for us, or we for it. */
export async function holdConversationOrThrow(tx: Tx, id: string, userId: string): Promise<ConversationRow> {
  const [row] = await tx.select().from(conversations).where(isTheirs(id, userId)).for('update')
  if (!row) throw noConversationError()
  return row
}

export type ListQuery = { readonly before?: string | undefined; readonly limit: number }

/** One more than `limit`, the one written to last first, ties by id. */
export function listConversations(db: Reader, userId: string, { before, limit }: ListQuery) {
  const cursor = before === undefined ? null : readTimeCursor(before)
  const { updatedAt, id } = conversations
  const isBefore = cursor && sql`(${updatedAt}, ${id}) < (${cursor.timeKey}, ${cursor.id})`
  return db
    .select()
    .from(conversations)
    .where(and(eq(conversations.userId, userId), isBefore ?? undefined))
    .orderBy(desc(updatedAt), desc(id))
    .limit(limit + 1)
}

/** In the order they were begun, after the one given: how an export walks. */
export function conversationsFrom(
  db: Reader,
  userId: string,
  { after, limit }: { after: ConversationRow | null; limit: number },
) {
  const { createdAt, id } = conversations
  const isAfter =
    after && sql`(${createdAt}, ${id}) > (${sql.param(after.createdAt, createdAt)}, ${after.id})`
  return db
    .select()
    .from(conversations)
    .where(and(eq(conversations.userId, userId), isAfter ?? undefined))
    .orderBy(asc(createdAt), asc(id))
    .limit(limit)
}

export async function addConversation(
  tx: Tx,
  owner: Owner,
  { title, time }: { title: string; time: string },
): Promise<ConversationRow> {
  const row = { id: randomUUID(), ...owner, title, createdAt: time, updatedAt: time, revision: 1 }
  await tx.insert(conversations).values(row)
  return row
}

/** A new title is no new message: the conversation keeps its place in the list. */
export async function renameConversation(
  tx: Tx,
  held: ConversationRow,
  title: string,
): Promise<ConversationRow> {
  const revision = held.revision + 1
  await tx.update(conversations).set({ title, revision }).where(eq(conversations.id, held.id))
  return { ...held, title, revision }
}

/** Moves a conversation to the front of the list, and holds it. Throws NOT_FOUND, also for another user's. */
export async function touchConversationOrThrow(
  tx: Tx,
  id: string,
  { userId, time }: { userId: string; time: string },
): Promise<void> {
  const touched = await tx
    .update(conversations)
    .set({ updatedAt: time, revision: sql`${conversations.revision} + 1` })
    .where(isTheirs(id, userId))
    .returning({ id: conversations.id })
  if (touched.length === 0) throw noConversationError()
}
