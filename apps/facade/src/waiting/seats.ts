/** A request that may have to wait. */
export type WaitingRequest = {
  readonly routeKey: string
  readonly partition: string
  /** Of the body that is kept while it waits. */
  readonly sizeBytes: number
  /** Its turn has come; the room must be told when it is over. */
  goOn(): void
  /** It waited for as long as it may. */
  giveUp(): void
}

/** `flip`: for whose sake it waits, or waited before it came to stand in line. */
export type Seat = { readonly sinceMs: number; flip: string; isHeld: boolean }

export type SeatLimits = {
  readonly perPartition: number
  readonly inAll: number
  readonly bytesInAll: number
}

/** Who waits, in the order they came: bounded for each partition, in all, and in bytes. */
export class Seats {
  readonly #limits: SeatLimits
  readonly #seats = new Map<WaitingRequest, Seat>()
  readonly #ofPartition = new Map<string, number>()
  #bytes = 0

  constructor(limits: SeatLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#seats.size
  }

  has(partition: string): boolean {
    return this.#ofPartition.has(partition)
  }

  /** False when there is no room. */
  take(request: WaitingRequest, seat: Seat): boolean {
    const { partition, sizeBytes } = request
    const { perPartition, inAll, bytesInAll } = this.#limits
    const count = this.#ofPartition.get(partition) ?? 0
    if (count >= perPartition || this.#seats.size >= inAll || this.#bytes + sizeBytes > bytesInAll)
      return false
    this.#seats.set(request, seat)
    this.#ofPartition.set(partition, count + 1)
    this.#bytes += sizeBytes
    return true
  }

  giveBack(request: WaitingRequest): Seat | undefined {
    const seat = this.#seats.get(request)
    if (!seat) return undefined
    const { partition, sizeBytes } = request
    const left = (this.#ofPartition.get(partition) ?? 1) - 1
    if (left === 0) this.#ofPartition.delete(partition)
    else this.#ofPartition.set(partition, left)
    this.#seats.delete(request)
    this.#bytes -= sizeBytes
    return seat
  }

  some(isMeant: (seat: Seat) => boolean): boolean {
    for (const seat of this.#seats.values()) if (isMeant(seat)) return true
    return false
  }

  [Symbol.iterator](): Iterator<[WaitingRequest, Seat]> {
    return this.#seats[Symbol.iterator]()
  }
}
