/** How much one process lets its sockets cost. */
export type SocketLimits = {
  /** Open sockets of everybody together. */
  total: number
  perUser: number
  /** Of guests, who have no user: by client address. */
  perGuestAddress: number
  /** Frames and pings a socket may send at once, and how fast that allowance comes back. */
  framesAtOnce: number
  framesPerSecond: number
  /** Bytes that may wait for a reader before it counts as too slow. */
  unreadBytes: number
  /** A peer that answers no ping for this long is dead. */
  heartbeatMs: number
  /** How long a socket may take to say goodbye before it is cut. */
  closeGraceMs: number
}

export const SOCKET_LIMITS: SocketLimits = {
  total: 10_000,
  perUser: 20,
  perGuestAddress: 50,
  framesAtOnce: 60,
  framesPerSecond: 20,
  unreadBytes: 1024 * 1024,
  heartbeatMs: 30_000,
  closeGraceMs: 2_000,
}
