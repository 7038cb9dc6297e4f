import { StaleEpochAnswer } from '@emotibot/service-kit'

/**
 * For chores and late results: null where this store does not own the partition (any more). What the other side owns is
 * the other side's to change, and comes here by its feed.
 */
export async function unlessStale<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write
  } catch (thrown) {
    if (!(thrown instanceof StaleEpochAnswer)) throw thrown
    return null
  }
}
