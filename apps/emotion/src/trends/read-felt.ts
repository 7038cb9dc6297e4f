import { type FeltTurns, readStorable } from '@emotibot/contracts'
import type { Reader } from '@emotibot/service-store'
import { and, desc, eq } from 'drizzle-orm'
import { feedback, readings } from '../schema.ts'
import { FELT } from './read-tallies.ts'

const LATEST = 200

/** The user's latest turns as they were felt, newest first. */
export async function readFelt(db: Reader, userId: string): Promise<FeltTurns['turns']> {
  const rows = await db
    .select({ emotion: FELT, polarity: readings.polarity })
    .from(readings)
    .leftJoin(feedback, and(eq(feedback.turnId, readings.turnId), eq(feedback.userId, userId)))
    .where(and(eq(readings.userId, userId), eq(readings.isThreaded, true)))
    .orderBy(desc(readings.timeKey), desc(readings.turnId))
    .limit(LATEST)
  return rows.map(({ emotion, polarity }) => ({ emotion: emotion && readStorable(emotion), polarity }))
}
