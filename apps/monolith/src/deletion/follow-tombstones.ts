// What follows from a deletion, whichever side carried it out. There is nothing to keep: a tombstone says who is gone,
// and rows of theirs that are still here say what is left to do.
//
//   at the start: every tombstone whose user has rows here   from then on: what the feed says since
//                         └──────────────► close sockets, remove rows ◄──────────────┘
import { CLOSE } from '@emotibot/contracts'
import type { LiveHub } from '../realtime/live-hub.ts'
import type { Store } from '../store/store.ts'
import { type Departed, departedSince, endOfFeed, type Page, usersToFinish } from './tombstones.ts'

export type FollowDeps = {
  readonly store: Store
  readonly hub: LiveHub
  readonly removeRest: (userId: string, partition: string) => Promise<void>
}

/** Makes the chore. Each call goes as far as there is; one that fails or is stopped is taken up by the next. */
export function createFollowTombstones({ store, hub, removeRest }: FollowDeps) {
  let followed: number | null = null

  async function finish({ entity, key, partition }: Departed): Promise<void> {
    if (entity === 'session') {
      hub.closeSession(key, CLOSE.signInAgain)
      return
    }
    hub.closeUser(key, CLOSE.signInAgain)
    await removeRest(key, partition)
  }

  async function finishOldOnes(stop: AbortSignal): Promise<void> {
    for (let after = ''; !stop.aborted; ) {
      const page = store.read((db) => usersToFinish(db, after))
      for (const one of page) if (!stop.aborted) await finish(one)
      const last = page.at(-1)
      if (!last) return
      after = last.key
    }
  }

  return async (stop: AbortSignal): Promise<void> => {
    if (followed === null) {
      const end = store.read(endOfFeed)
      await finishOldOnes(stop)
      if (stop.aborted) return
      followed = end
    }
    for (;;) {
      const from: number = followed
      const { departed, upTo }: Page = store.read((db) => departedSince(db, from))
      for (const one of departed) if (!stop.aborted) await finish(one)
      if (stop.aborted || upTo === from) return
      followed = upTo
    }
  }
}
