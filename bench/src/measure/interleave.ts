import type { BenchOptions } from '../report/result.ts'
import { type Figure, figureOf } from './figure.ts'
import { showProgress } from './progress.ts'

/** Something to measure; larger is better. */
export type Contender = { readonly name: string; readonly measure: () => Promise<number> }

/** Something that is measured in several ways at once: `p50_ms`, `p99_ms`. */
export type ManySided<K extends string = string> = {
  readonly name: string
  readonly measure: () => Promise<Readonly<Record<K, number>>>
}

type Options = Pick<BenchOptions, 'rounds' | 'signal'>

/**
 * Measures everybody once a round, in an order that shifts from round to round, so that neither drift of the machine
 * nor a place in the order favours anybody. A first round warms up and is not counted.
 */
export async function interleave(
  contenders: readonly Contender[],
  options: Options,
): Promise<Record<string, Figure>> {
  const values = new Map<string, number[]>()
  await inTurns(contenders, options, async ({ name, measure }) => keep(values, name, await measure()))
  return figuresOf(values)
}

/** The same of several figures each, named `<contender>_<figure>`. */
export async function interleaveMany(
  contenders: readonly ManySided[],
  options: Options,
): Promise<Record<string, Figure>> {
  const values = new Map<string, number[]>()
  await inTurns(contenders, options, async ({ name, measure }) => {
    for (const [figure, value] of Object.entries(await measure())) keep(values, `${name}_${figure}`, value)
  })
  return figuresOf(values)
}

/** The first value is of the round that warms up. */
function figuresOf(values: ReadonlyMap<string, readonly number[]>): Record<string, Figure> {
  return Object.fromEntries([...values].map(([name, all]) => [name, figureOf(all.slice(1))]))
}

function keep(values: Map<string, number[]>, name: string, value: number): void {
  values.set(name, [...(values.get(name) ?? []), value])
}

async function inTurns<C extends { readonly name: string }>(
  contenders: readonly C[],
  { rounds, signal }: Options,
  act: (contender: C) => Promise<void>,
): Promise<void> {
  for (let round = 0; round <= rounds; round++) {
    for (const contender of shifted(contenders, round)) {
      signal.throwIfAborted()
      showProgress(`${round === 0 ? 'warming up' : `round ${round} of ${rounds}:`} ${contender.name}`)
      await act(contender)
    }
  }
}

function shifted<T>(items: readonly T[], by: number): T[] {
  const at = by % Math.max(1, items.length)
  return [...items.slice(at), ...items.slice(0, at)]
}
