import { setTimeout as delay } from 'node:timers/promises'
import type { CarveOutStatus } from '@emotibot/contracts'
import type { ControlClient } from './control/control-client.ts'
import { EXIT, FigError } from './errors.ts'
import type { Fig } from './verb.ts'

export type Following = {
  readonly domain: string
  /** What is being waited for, for people: "the copy". */
  readonly what: string
  /** One line of progress. */
  show(carveOut: CarveOutStatus): string
  isOver(carveOut: CarveOutStatus): boolean
}

const LOOK_EVERY_MS = 300
/** The mover may restart meanwhile; what goes on is in the stores. */
const AWAY_LIMIT_MS = 15_000
const CLEAR_LINE = '\r\x1b[K'

/** Waits until something of a domain is over, showing how far it is where a person looks. Throws exit 3 when the mover stays away. */
export async function follow(
  fig: Fig,
  control: ControlClient,
  following: Following,
): Promise<CarveOutStatus> {
  const line = createLine(fig)
  let seenAtMs = performance.now()
  try {
    while (true) {
      const { carve_outs, mover } = await control.carveOuts()
      const carveOut = carve_outs.find(({ domain }) => domain === following.domain)
      if (carveOut && carveOut.state !== 'waiting') {
        seenAtMs = performance.now()
        line.show(following.show(carveOut))
        if (following.isOver(carveOut)) return carveOut
      } else if (performance.now() - seenAtMs > AWAY_LIMIT_MS) throw lostError(following, mover.reason)
      else line.show(`the mover is away: ${carveOut?.reason ?? mover.reason ?? 'no reason given'}`)
      await delay(LOOK_EVERY_MS)
    }
  } finally {
    line.clear()
  }
}

/** A line that is written over; nothing in a pipe. */
function createLine({ err }: Fig) {
  return {
    show: (text: string) => void (err.isTty && err.write(CLEAR_LINE + text.slice(0, 79))),
    clear: () => void (err.isTty && err.write(CLEAR_LINE)),
  }
}

function lostError({ domain, what }: Following, reason: string | null): FigError {
  const message = `The mover is away (${reason ?? 'no reason given'}): ${what} of ${domain} goes on when it is back.\nFind out with:  ./fig status`
  return new FigError(EXIT.unknown, 'OUTCOME_UNKNOWN', message, { next: ['./fig status'] })
}
