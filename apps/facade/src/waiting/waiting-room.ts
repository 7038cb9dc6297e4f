// Where requests wait while a flip moves what they are about.
//
//   enter ── in no hold ─────────────────────────────────────────────► free: nobody waits
//     ├── in a hold ──► seated ──the hold is gone──► in line ──its turn──► goOn, routed anew
//     │                   ├─ the budget is over ──► giveUp        └─ the line stands still ──► giveUp
//     │                   └─ the client left ──► gone, never sent
//     └── no seat left, or the budget is over already ──► refused
//
// First in, first out: for each partition, also for those that come while earlier ones are still in line. The line moves
// as fast as what it lets go is answered, so that a hundred requests at once do not meet a side that takes ten.
//
// The budget counts from when this process learned of the hold. Past it the ledger, if it can be asked, says that the
// flip goes on: nobody is routed by guess. Without the ledger nothing is known of the flip; then requests are routed as
// before it, and the stores refuse what they gave up.
import { type Hold, holdOf } from '@emotibot/flags'
import { type Seat, type SeatLimits, Seats, type WaitingRequest } from './seats.ts'
import { WaitFigures } from './wait-figures.ts'

export type Entry = 'free' | 'seated' | 'refused'

export type WaitingLimits = SeatLimits & {
  /** Let go and not yet answered, at once. */
  readonly atOnce: number
  /** How long the line may take once a hold is gone. */
  readonly lineMs: number
}

/** Five hundred writes a second for four seconds. A side's own gates take a hundred logins at once. */
export const WAITING_LIMITS: WaitingLimits = {
  perPartition: 32,
  inAll: 2_000,
  bytesInAll: 64 * 1_024 * 1_024,
  atOnce: 64,
  lineMs: 5_000,
}

type Budget = { readonly endsAtMs: number; readonly timer: NodeJS.Timeout }
type Holding = { readonly holds: readonly Hold[] }

const NONE: Holding = { holds: [] }

export class WaitingRoom {
  readonly figures = new WaitFigures()
  readonly #isLedgerUp: () => boolean
  readonly #limits: WaitingLimits
  readonly #seats: Seats
  readonly #budgets = new Map<string, Budget>()
  #snapshot: Holding = NONE
  /** Holds that are gone while some whom they held are still in line. */
  #gone: Hold[] = []
  #lineTimer: NodeJS.Timeout | undefined
  #underWay = 0
  #onWaited: (ms: number) => void = () => undefined

  constructor(isLedgerUp: () => boolean, limits: WaitingLimits = WAITING_LIMITS) {
    this.#isLedgerUp = isLedgerUp
    this.#limits = limits
    this.#seats = new Seats(limits)
  }

  /** Told how long each of them sat here, however it ended. */
  onWaited(listener: (ms: number) => void): void {
    this.#onWaited = listener
  }

  /** Whether anybody may have to wait: false, nearly always, costs a request nothing more. */
  get isOpen(): boolean {
    return this.#snapshot.holds.length !== 0 || this.#seats.size !== 0
  }

  get size(): number {
    return this.#seats.size
  }

  enter(request: WaitingRequest): Entry {
    const { routeKey, partition } = request
    const hold = holdOf(this.#snapshot, routeKey, partition)
    if (hold) return this.#enterHold(request, hold.flip)
    const gone = this.#seats.has(partition) ? holdOf({ holds: this.#gone }, routeKey, partition) : null
    return gone ? this.#sit(request, { sinceMs: performance.now(), flip: gone.flip, isHeld: false }) : 'free'
  }

  /** The client left: what waits for it is dropped. */
  leave(request: WaitingRequest): void {
    const seat = this.#seats.giveBack(request)
    if (seat) this.#stoodUp(seat)
    this.#watchLine()
  }

  /** A request that was let go is over: the next may go. */
  finished(): void {
    this.#underWay -= 1
    this.#moveLine()
  }

  /** A snapshot is routed by from now on. */
  adopt(snapshot: Holding): void {
    const isHolding = (flip: string) => snapshot.holds.some((hold) => hold.flip === flip)
    const ended = this.#snapshot.holds.filter(({ flip }) => !isHolding(flip))
    this.#snapshot = snapshot
    for (const { flip, budgetMs } of snapshot.holds) this.#startBudget(flip, budgetMs)
    if (this.#seats.size !== 0) this.#reseat()
    this.#gone.push(...ended)
    for (const { flip } of ended) this.#endBudget(flip)
    this.#moveLine()
  }

  #enterHold(request: WaitingRequest, flip: string): Entry {
    const sinceMs = performance.now()
    const isInTime = sinceMs < (this.#budgets.get(flip)?.endsAtMs ?? 0)
    if (isInTime) return this.#sit(request, { sinceMs, flip, isHeld: true })
    return this.#isLedgerUp() ? this.#refuse(flip) : 'free'
  }

  #refuse(flip: string): Entry {
    this.figures.came(flip)
    this.figures.failed(flip)
    return 'refused'
  }

  #sit(request: WaitingRequest, seat: Seat): Entry {
    if (!this.#seats.take(request, seat)) return this.#refuse(seat.flip)
    this.figures.came(seat.flip)
    if (!seat.isHeld) this.#watchLine()
    return 'seated'
  }

  /** Who waits for what now. */
  #reseat(): void {
    const nowMs = performance.now()
    for (const [request, seat] of this.#seats) {
      this.figures.lasted(seat.flip, nowMs - seat.sinceMs)
      const hold = holdOf(this.#snapshot, request.routeKey, request.partition)
      seat.isHeld = hold !== null
      if (hold) seat.flip = hold.flip
    }
  }

  #moveLine(): void {
    for (const [request, seat] of this.#seats) {
      if (this.#underWay >= this.#limits.atOnce) break
      if (seat.isHeld) continue
      this.#seats.giveBack(request)
      this.#underWay += 1
      this.#stoodUp(seat)
      request.goOn()
    }
    this.#watchLine()
  }

  #giveUpOn(isMeant: (seat: Seat) => boolean): void {
    for (const [request, seat] of this.#seats) {
      if (!isMeant(seat)) continue
      this.#seats.giveBack(request)
      this.#stoodUp(seat)
      this.figures.failed(seat.flip)
      request.giveUp()
    }
    this.#watchLine()
  }

  #stoodUp({ flip, sinceMs }: Seat): void {
    const ms = performance.now() - sinceMs
    this.figures.lasted(flip, ms)
    this.#onWaited(ms)
  }

  #startBudget(flip: string, budgetMs: number): void {
    if (this.#budgets.has(flip)) return
    const timer = setTimeout(() => this.#giveUpOn((seat) => seat.isHeld && seat.flip === flip), budgetMs)
    timer.unref()
    this.#budgets.set(flip, { endsAtMs: performance.now() + budgetMs, timer })
    this.figures.began(flip)
  }

  #endBudget(flip: string): void {
    clearTimeout(this.#budgets.get(flip)?.timer)
    this.#budgets.delete(flip)
    this.figures.ended(flip)
  }

  /** A line that stands is given up; one that is through needs no more watching. */
  #watchLine(): void {
    if (!this.#seats.some(isInLine)) {
      clearTimeout(this.#lineTimer)
      this.#lineTimer = undefined
      this.#gone = []
    } else if (this.#lineTimer === undefined) {
      this.#lineTimer = setTimeout(() => this.#giveUpOn(isInLine), this.#limits.lineMs).unref()
    }
  }
}

const isInLine = (seat: Seat): boolean => !seat.isHeld
