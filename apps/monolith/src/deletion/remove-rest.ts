import { setImmediate as nextTurn } from 'node:timers/promises'
import { unlessStale } from '../store/writes/unless-stale.ts'

/** What a group does when a user is gone, under its own authority; `false` while there is more to remove. Each call is short. */
export type RemoveStep = (userId: string) => boolean

/** Removes the rows of a user who is gone, group by group. A group that the other side owns is that side's to tidy. */
export function createRemoveRest(steps: readonly RemoveStep[]) {
  return async (userId: string): Promise<void> => {
    for (const step of steps) {
      while (unlessStale(() => step(userId)) === false) await nextTurn()
    }
  }
}
