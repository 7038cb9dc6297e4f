import type { Snapshot } from '@emotibot/flags'
import { Gauge, Histogram, type Registry } from 'prom-client'
import { Pauses } from './pauses.ts'
import type { FlipWaits } from './wait-figures.ts'
import { WaitingRoom } from './waiting-room.ts'

/** Everything in this process that waits for the next snapshot. */
export type Waiting = {
  readonly room: WaitingRoom
  readonly pauses: Pauses
  /** The snapshot that is routed by from now on: ends pauses, seats nobody anew whom it does not hold, lets others go. */
  adopt(snapshot: Snapshot): void
  /** What was seen of flips whose hold is gone. */
  toNote(): readonly FlipWaits[]
  noted(flip: string): void
}

export function createWaiting(isLedgerUp: () => boolean): Waiting {
  const room = new WaitingRoom(isLedgerUp)
  const pauses = new Pauses()
  return {
    room,
    pauses,
    adopt(snapshot) {
      room.adopt(snapshot)
      pauses.wakeAll()
    },
    toNote: () => room.figures.toNote(),
    noted: (flip) => room.figures.noted(flip),
  }
}

const BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Shows Prometheus how many wait now, and how long those waited who no longer do. */
export function exposeWaiting(registry: Registry, { room, pauses }: Waiting): void {
  new Gauge({
    name: 'emotibot_facade_waiting',
    help: 'Requests that wait now: for a flip, or for a side that owns what they are about',
    labelNames: ['for'] as const,
    registers: [registry],
    collect() {
      this.set({ for: 'flip' }, room.size)
      this.set({ for: 'owner' }, pauses.size)
    },
  })
  const waited = new Histogram({
    name: 'emotibot_facade_waited_seconds',
    help: 'How long requests waited for a flip',
    buckets: BOUNDS_SECONDS,
    registers: [registry],
  })
  room.onWaited((ms) => waited.observe(ms / 1_000))
}
