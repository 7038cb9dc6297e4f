// What follows from a deletion, whichever side carried it out. There is nothing to keep: a tombstone says who is gone,
// and rows of theirs that are still here say what is left to do.
//
//   every minute: all tombstones whose user has rows here   meanwhile: what the feed says since
//                         └──────────────► close sockets, remove rows ◄──────────────┘
//
// Rows may be left that were the other side's to remove when the tombstone came, or that came after it.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CLOSE } from '@emotibot/contracts'
import type { LiveHub } from '../realtime/live-hub.ts'
import type { Store } from '../store/store.ts'
import { type Departed, departedAfter, departedSince } from './tombstones.ts'

export type FollowDeps = {
  readonly store: Store
  readonly hub: LiveHub
  readonly removeRest: (userId: string) => Promise<void>
  readonly now: () => number
}

const LOOK_AT_ALL_EVERY_MS = 60_000

/** Makes the chore. Each call goes as far as there is; one that fails or is stopped is taken up by the next. */
export function createFollowTombstones({ store, hub, removeRest, now }: FollowDeps) {
  let followed = store.endOfFeed()
  let lookedAtMs = Number.NEGATIVE_INFINITY

  async function finish({ entity, key }: Departed): Promise<void> {
    if (entity === 'session') return hub.closeSession(key, CLOSE.signInAgain)
    hub.closeUser(key, CLOSE.signInAgain)
    await removeRest(key)
  }

  async function lookAtAll(stop: AbortSignal): Promise<void> {
    const beganMs = now()
    for (let after: string | null = ''; after !== null && !stop.aborted; await nextTurn()) {
      const from: string = after
      const { unfinished, last } = store.read((db) => departedAfter(db, from))
      for (const key of unfinished) if (!stop.aborted) await finish({ entity: 'user', key })
      after = last
    }
    if (!stop.aborted) lookedAtMs = beganMs
  }

  async function follow(stop: AbortSignal): Promise<void> {
    for (let end = store.endOfFeed(); followed < end; ) {
      const { departed, upTo } = store.read((db) => departedSince(db, followed, end))
      for (const one of departed) if (!stop.aborted) await finish(one)
      if (stop.aborted) return
      followed = upTo
    }
  }

  return async (stop: AbortSignal): Promise<void> => {
    await follow(stop)
    if (now() - lookedAtMs >= LOOK_AT_ALL_EVERY_MS) await lookAtAll(stop)
  }
}
