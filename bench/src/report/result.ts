import type { Figure } from '../measure/figure.ts'

/** What a benchmark found. Ratios compare figures of one run only: figures of two machines or two days do not compare. */
export type BenchResult = {
  /** What a figure counts: `requests per CPU second`. */
  readonly unit: string
  readonly figures: Readonly<Record<string, Figure>>
  readonly ratios: Readonly<Record<string, number>>
  /** What a reader must know to read the figures right, such as a peer that was left out. */
  readonly notes: readonly string[]
}

export type BenchOptions = {
  readonly rounds: number
  /** How long one measurement of `chat` or `feed` takes. */
  readonly seconds: number
  /** How many turns `feed` copies. */
  readonly turns: number
  /** Aborted by Ctrl-C: a benchmark then stops what it started and throws. */
  readonly signal: AbortSignal
}
export type Bench = (options: BenchOptions) => Promise<BenchResult>
