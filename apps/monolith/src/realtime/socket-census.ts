import type { SocketLimits } from './limits.ts'

/** Counts open sockets, so that neither one user nor all together can take more than their share. */
export type SocketCensus = {
  /** Returns how to leave, or null when there is no room. */
  enter(owner: SocketOwner): (() => void) | null
}

type SocketOwner = { readonly userId: string } | { readonly guestAddress: string }

type Room = Pick<SocketLimits, 'total' | 'perUser' | 'perGuestAddress'>

export function createSocketCensus(room: Room): SocketCensus {
  const counts = new Map<string, number>()
  let total = 0
  return {
    enter(owner) {
      const [key, most] =
        'userId' in owner
          ? [`user ${owner.userId}`, room.perUser]
          : [`guest ${owner.guestAddress}`, room.perGuestAddress]
      const count = counts.get(key) ?? 0
      if (total >= room.total || count >= most) return null
      counts.set(key, count + 1)
      total++
      return () => {
        total--
        const left = (counts.get(key) ?? 1) - 1
        if (left === 0) counts.delete(key)
        else counts.set(key, left)
      }
    },
  }
}
