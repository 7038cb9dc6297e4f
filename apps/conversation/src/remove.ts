import type { Tx } from '@emotibot/service-store'
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { holdConversationOrThrow } from './conversations.ts'
import { noTurnError } from './errors.ts'
import { answers, conversations, said } from './schema.ts'

/** Written out, for the indexes that are of these rows alone. */
const IS_SAID = sql`${said.role} = 'user'`

/** Deletes a conversation and its turns. Throws NOT_FOUND, also for another user's. */
export async function deleteConversationOrThrow(tx: Tx, id: string, userId: string): Promise<void> {
  await holdConversationOrThrow(tx, id, userId)
  await deleteTurns(tx, eq(said.conversationId, id))
  await tx.delete(conversations).where(eq(conversations.id, id))
}

/** Deletes one turn. Throws NOT_FOUND when the user has no such conversation, or it holds no such turn. */
export async function deleteTurnOrThrow(
  tx: Tx,
  turn: { id: string; conversationId: string; userId: string },
) {
  const { id: conversationId } = await holdConversationOrThrow(tx, turn.conversationId, turn.userId)
  const isIt = and(eq(said.turnId, turn.id), eq(said.conversationId, conversationId))
  if ((await deleteTurns(tx, isIt)) === 0) throw noTurnError()
}

/** Deletes all conversations of a user and their turns. They are held first, so that no turn is added meanwhile. */
export async function clearConversations(tx: Tx, userId: string): Promise<void> {
  const isTheirs = eq(conversations.userId, userId)
  await tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(isTheirs)
    .orderBy(conversations.id)
    .for('update')
  await deleteTurns(tx, eq(said.userId, userId))
  await tx.delete(conversations).where(isTheirs)
}

const TURNS_AT_ONCE = 200

/** A step of removing all that is held of a user who is gone; true when nothing is left. */
export async function removeSomeOf(tx: Tx, userId: string): Promise<boolean> {
  const isTheirs = and(eq(said.userId, userId), IS_SAID)
  const some = tx.select({ id: said.turnId }).from(said).where(isTheirs).limit(TURNS_AT_ONCE)
  if ((await deleteTurns(tx, inArray(said.turnId, some))) === TURNS_AT_ONCE) return false
  await tx.delete(conversations).where(eq(conversations.userId, userId))
  await tx.delete(answers).where(eq(answers.userId, userId))
  return true
}

/** Deletes both messages of each turn; answers how many turns there were. */
async function deleteTurns(tx: Tx, which: SQL | undefined): Promise<number> {
  const picked = tx.select({ id: said.turnId }).from(said).where(and(IS_SAID, which))
  const gone = await tx.delete(said).where(inArray(said.turnId, picked)).returning({ role: said.role })
  return gone.filter(({ role }) => role === 'user').length
}
