import { badTokenError, type Identity } from '@emotibot/service-kit'
import type { Reader } from '@emotibot/service-store'
import { eq } from 'drizzle-orm'
import { departedUsers } from '../schema.ts'

/** Throws ApiError UNAUTHENTICATED, as for any bad token, for a user who deleted their account. */
export async function refuseDeparted(db: Reader, { claims }: Pick<Identity, 'claims'>): Promise<void> {
  const isTheirs = eq(departedUsers.userId, claims.sub)
  const departed = await db.select({ userId: departedUsers.userId }).from(departedUsers).where(isTheirs)
  if (departed.length > 0) throw badTokenError()
}
