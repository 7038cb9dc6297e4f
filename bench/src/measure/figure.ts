/** The median of several rounds, with the rounds it is of. */
export type Figure = { readonly median: number; readonly rounds: readonly number[] }

export function figureOf(rounds: readonly number[]): Figure {
  return { median: rounded(median(rounds)), rounds: rounds.map(rounded) }
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('There is no median of nothing: a round was lost.')
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half]!
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2
}

/**
 * How many times `ours` is `peer`: the median of the ratios within each round, for what disturbs a round disturbs
 * both of them.
 */
export function ratio(ours: Figure, peer: Figure): number {
  return rounded(median(ours.rounds.map((value, round) => value / peer.rounds[round]!)))
}

/** Three significant digits below a thousand, whole numbers above: more would be noise. */
function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3))
}
