import { StaleEpochAnswer } from '@emotibot/service-kit'

/** For chores: what the other side owns is the other side's to tidy, and comes here by its feed. */
export function unlessStale<T>(write: () => T): T | null {
  try {
    return write()
  } catch (thrown) {
    if (!(thrown instanceof StaleEpochAnswer)) throw thrown
    return null
  }
}
