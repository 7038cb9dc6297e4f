import type { CarveOutStatus, Side } from '@emotibot/contracts'
import { askMover, type MoverAddress } from './ask-mover.ts'
import type { MoverDownError } from './errors.ts'

/** What is known of the mover: its status at the last look, or why there is none. */
export type MoverView =
  | { readonly isUp: true; readonly carveOuts: readonly CarveOutStatus[]; readonly seenAtMs: number }
  | {
      readonly isUp: false
      readonly reason: string
      /** Domains that were being kept in step when it was last there. */
      readonly hasMoved: readonly string[]
    }

const LOOK_EVERY_MS = 2_000

/** How the mover says it is: asked every two seconds, and whenever a flip is planned. */
export class MoverMonitor {
  readonly address: MoverAddress
  readonly #now: () => number
  #view: MoverView = { isUp: false, reason: 'it was not asked yet', hasMoved: [] }
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(address: MoverAddress, now = () => performance.now()) {
    this.address = address
    this.#now = now
  }

  /** At the last look. */
  get view(): MoverView {
    return this.#view
  }

  /** Asks now; never rejects: a mover that is away is what was seen. */
  async look(): Promise<MoverView> {
    clearTimeout(this.#timer)
    const askedAtMs = this.#now()
    this.#view = await askMover(this.address).then(
      ({ carve_outs }) => ({ isUp: true as const, carveOuts: carve_outs, seenAtMs: askedAtMs }),
      (error: MoverDownError) => ({
        isUp: false as const,
        reason: error.reason,
        hasMoved: movedBy(this.#view),
      }),
    )
    clearTimeout(this.#timer)
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.look(), LOOK_EVERY_MS)
    return this.#view
  }

  /**
   * How far the store of a side may be behind the other side's, in milliseconds: the lag of the feed that leads
   * there, and the time since it was asked. Null when nobody knows: no mover, no carve-out, a feed that does not run.
   */
  lagOf(domain: string, side: Side): number | null {
    const view = this.#view
    if (!view.isUp) return null
    const carveOut = view.carveOuts.find((one) => one.domain === domain)
    const feed = carveOut?.feeds.find(({ to }) => to === side)
    if (carveOut?.state !== 'moving' || feed?.state !== 'running' || feed.behind === null) return null
    return feed.behind.ms + (this.#now() - view.seenAtMs)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }
}

function movedBy(view: MoverView): readonly string[] {
  if (!view.isUp) return view.hasMoved
  return view.carveOuts.filter(({ state }) => state === 'moving').map(({ domain }) => domain)
}
