import type { Reader } from '@emotibot/service-store'
import { eq } from 'drizzle-orm'
import { goneReadings, readings } from '../schema.ts'

/** What is known here of a user's turn. `unknown`: nothing has been heard of it, which it may be too new for. */
export type TurnHere = 'theirs' | 'gone' | 'unknown'

/** A turn of another user is gone to this one. */
export async function findTurnHere(db: Reader, turnId: string, userId: string): Promise<TurnHere> {
  const [reading] = await db
    .select({ userId: readings.userId })
    .from(readings)
    .where(eq(readings.turnId, turnId))
  if (reading) return reading.userId === userId ? 'theirs' : 'gone'
  const gone = await db.select().from(goneReadings).where(eq(goneReadings.turnId, turnId))
  return gone.length > 0 ? 'gone' : 'unknown'
}
