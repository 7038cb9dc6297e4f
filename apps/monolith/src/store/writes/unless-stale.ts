import { StaleEpochAnswer } from '@emotibot/service-kit'

/** For chores: what the other side owns is the other side's to tidy, and comes here by its feed. */
export function unlessStale(write: () => unknown): void {
  try {
    write()
  } catch (thrown) {
    if (!(thrown instanceof StaleEpochAnswer)) throw thrown
  }
}
