import type { Scenario } from '../journey/scenario.ts'
import type { Breakage } from '../plant/breakage.ts'

/** A breakage of the first attempt, as a walk that finds it, and the breakages that must be found. */
export type WalkedEntry = {
  /** Its line in the catalogue. */
  readonly number: number
  readonly scenario: Scenario
  readonly breakages: readonly Breakage[]
}

/** A breakage that no answer shows, as a look at what we ship: every fault in words, none when all is well. */
export type LookedAtEntry = {
  readonly number: number
  readonly name: string
  readonly find: () => Promise<string[]>
}
