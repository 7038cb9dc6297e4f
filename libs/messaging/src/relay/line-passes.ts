import type { Line } from '../transport.ts'
import { isWorthSending, type LastSent, readFitting } from './next-page.ts'
import type { RelayOptions } from './relay.ts'

/** `moved`: there may be more at once. `idle`: nothing new. */
export type Passed = 'moved' | 'idle' | 'standing by'

/** What a relay does for one consumer, batch by batch. What it remembers it can forget at any time. */
export type LinePasses = {
  pass(): Promise<Passed>
  /** Something may have changed meanwhile: who leads, or where the consumer wants to go on. */
  askAgain(): void
  place(): string | null
}

/** Often enough that the keeper does not take this process for a frozen one. */
const ASK_EVERY_MS = 1_000

export function createLinePasses(
  line: Line,
  { outbox, keeper, onEvent, batchSize = 200 }: RelayOptions,
): LinePasses {
  const { consumer } = line
  let place: string | null = null
  let last: LastSent | null = null
  let askAtMs = 0
  let limit = batchSize

  async function moveTo(to: string): Promise<void> {
    await keeper.keep(consumer, to)
    place = to
  }

  /** What the source cannot read from is refused here, before it takes the place of one that it can. */
  async function goBack(at: string): Promise<void> {
    await outbox.read(at, 1)
    await moveTo(at)
    onEvent?.({ event: 'gap', consumer, at })
  }

  async function isLeading(): Promise<boolean> {
    if (performance.now() < askAtMs) return true
    const led = await keeper.lead(consumer)
    if (!led) {
      place = null
      return false
    }
    askAtMs = performance.now() + ASK_EVERY_MS
    place ??= led.place
    if (led.goBackTo !== null) await goBack(led.goBackTo)
    return true
  }

  return {
    pass: async () => {
      if (!(await isLeading())) return 'standing by'
      const { page, fits } = await readFitting(outbox, place ?? '', limit)
      limit = Math.min(batchSize, fits * 2)
      if (!isWorthSending(page, last)) return 'idle'
      const delivery = await line.send(page.batch)
      if (delivery.outcome === 'gap') await goBack(delivery.at)
      else {
        last = { followed: page.followed, atMs: performance.now() }
        await moveTo(page.batch.upTo)
        onEvent?.({ event: 'delivered', consumer, events: page.batch.events.length })
      }
      return 'moved'
    },
    askAgain: () => {
      askAtMs = 0
    },
    place: () => place,
  }
}
