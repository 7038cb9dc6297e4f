import type { FlipProgress } from '@emotibot/contracts'
import { type CarveOut, type CarveOutOptions, createCarveOut } from './carve-out.ts'
import type { CarvedDomain } from './domains.ts'
import { carvedGroups } from './flip/flip-plan.ts'
import { createJointFlips } from './flip/joint-flips.ts'

export type CarveOuts = {
  readonly all: readonly CarveOut[]
  /** The flip of several domains that is open, and what is done about it. */
  jointFlip(): FlipProgress | null
  start(): void
  stop(): Promise<void>
}

type Common = Omit<CarveOutOptions, keyof CarvedDomain | 'others'>

/** Every domain that is carved out here, each for itself; and what moves several of them at once. */
export function createCarveOuts(domains: readonly CarvedDomain[], common: Common): CarveOuts {
  const groups = domains.map(({ domain, entities }) => carvedGroups(domain, entities))
  const all = domains.map((own) => {
    const others = groups.filter(({ domain }) => domain !== own.domain)
    return createCarveOut({ ...common, ...own, others })
  })
  const { ledger, flipBudgetMs: budgetMs } = common
  const joint = ledger && createJointFlips({ ...common, ledger, budgetMs, carveOuts: all })
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  return {
    all,
    jointFlip: () => joint?.progress() ?? null,
    start: () => {
      for (const carveOut of all) carveOut.start()
      running = joint?.run(stopping.signal)
    },
    stop: async () => {
      stopping.abort()
      await Promise.all([running, ...all.map((carveOut) => carveOut.stop())])
    },
  }
}
