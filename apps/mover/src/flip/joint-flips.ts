import { setTimeout as delay } from 'node:timers/promises'
import type { FlipProgress } from '@emotibot/contracts'
import type { CarveOut } from '../carve-out.ts'
import { createFlipDriver, type DriverOptions, type FlipDriver } from './driver.ts'
import { jointScope, type ScopedDomain } from './scope.ts'

export type JointFlipsOptions = Omit<DriverOptions, 'scope'> & { readonly carveOuts: readonly CarveOut[] }

/** Flips of several domains at once, between all the stores that are open. */
export type JointFlips = {
  /** Until aborted; never throws. */
  run(signal: AbortSignal): Promise<void>
  progress(): FlipProgress | null
}

const LOOK_EVERY_MS = 200

export function createJointFlips({ carveOuts, ...options }: JointFlipsOptions): JointFlips {
  const known = carveOuts.map(({ carved }) => carved)
  let driver: FlipDriver | null = null

  function openDomains(): ScopedDomain[] {
    return carveOuts.flatMap((carveOut) => {
      const movement = carveOut.movement()
      return movement ? [{ movement, carved: carveOut.carved }] : []
    })
  }

  /** As long as the same stores are open. */
  async function drive(domains: readonly ScopedDomain[], signal: AbortSignal): Promise<void> {
    const ending = new AbortController()
    driver = createFlipDriver({ ...options, scope: jointScope(domains, known) })
    const running = driver.run(AbortSignal.any([signal, ending.signal]))
    while (!signal.aborted && areSame(domains, openDomains())) await rest(signal)
    ending.abort()
    await running
    driver = null
  }

  return {
    run: async (signal) => {
      while (!signal.aborted) {
        const domains = openDomains()
        if (domains.length > 1) await drive(domains, signal)
        else await rest(signal)
      }
    },
    progress: () => driver?.progress() ?? null,
  }
}

const areSame = (some: readonly ScopedDomain[], others: readonly ScopedDomain[]): boolean =>
  some.length === others.length && some.every(({ movement }, at) => movement === others[at]?.movement)

async function rest(signal: AbortSignal): Promise<void> {
  await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
}
