import type { BenchOptions } from '../report/result.ts'
import { type Figure, figureOf } from './figure.ts'
import { showProgress } from './progress.ts'

/** Something to measure; larger is better. */
export type Contender = { readonly name: string; readonly measure: () => Promise<number> }

/**
 * Measures everybody once a round, in an order that shifts from round to round, so that neither drift of the machine
 * nor a place in the order favours anybody. A first round warms up and is not counted.
 */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, signal }: BenchOptions,
): Promise<Record<string, Figure>> {
  const measured = new Map(contenders.map(({ name }) => [name, [] as number[]]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, measure } of shifted(contenders, round)) {
      signal.throwIfAborted()
      showProgress(round === 0 ? `warming up ${name}` : `round ${round} of ${rounds}: ${name}`)
      const value = await measure()
      if (round > 0) measured.get(name)?.push(value)
    }
  }
  return Object.fromEntries([...measured].map(([name, values]) => [name, figureOf(values)]))
}

function shifted<T>(items: readonly T[], by: number): T[] {
  const at = by % Math.max(1, items.length)
  return [...items.slice(at), ...items.slice(0, at)]
}
