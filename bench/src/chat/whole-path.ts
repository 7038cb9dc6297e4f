import { actAt, capacityOf } from '../load/drive.ts'
import { ratio } from '../measure/figure.ts'
import { interleaveMany } from '../measure/interleave.ts'
import { quantile } from '../measure/quantile.ts'
import type { BenchOptions, BenchResult } from '../report/result.ts'
import { type Followed, gatherPeople, type People } from './people.ts'
import { type SideOptions, startMonolithSide, startServicesSide } from './sides.ts'

const AT_ONCE = 8
const SHARE_OF_CAPACITY = 0.3

type Part = Pick<BenchResult, 'figures' | 'ratios' | 'notes'>

/** A turn from the front door until trends know of it: everything on the monolith, and everything on services. */
export async function measureWholePath(side: SideOptions, options: BenchOptions): Promise<Part> {
  const ends: (() => Promise<void>)[] = []
  try {
    const sides = []
    for (const start of [startMonolithSide, startServicesSide]) {
      const started = await start(side)
      ends.unshift(started.close)
      sides.push({ ...started, people: await gatherPeople(started) })
    }
    const perSecond = SHARE_OF_CAPACITY * (await leastCapacity(sides.map(({ people }) => people)))
    const pending = { monolith: 0, services: 0 }
    const contenders = sides.map(({ name, people, memoryMib }) => ({
      name,
      measure: async () => {
        const turns_per_second = await capacityOf(follow(people), {
          seconds: options.seconds,
          atOnce: AT_ONCE,
        })
        const turns = await turnsAt(people, perSecond, options)
        pending[name] += turns.filter(({ isPending }) => isPending).length
        return { turns_per_second, ...latenciesOf(turns), memory_mib: memoryMib() }
      },
    }))
    const figures = await interleaveMany(contenders, options)
    return { figures, ratios: ratiosOf(figures), notes: notesOf(perSecond, pending) }
  } finally {
    for (const end of ends) await end()
  }
}

const follow = (people: People) => async () => void (await people.sendAndFollow())

async function leastCapacity(all: readonly People[]): Promise<number> {
  const capacities = []
  for (const people of all) capacities.push(await capacityOf(follow(people), { seconds: 2, atOnce: AT_ONCE }))
  return Math.min(...capacities)
}

async function turnsAt(
  people: People,
  perSecond: number,
  { seconds, signal }: BenchOptions,
): Promise<Followed[]> {
  const turns: Followed[] = []
  const act = async () => void turns.push(await people.sendAndFollow())
  const over = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)])
  await actAt(act, { perSecond, signal: over })
  return turns
}

function latenciesOf(turns: readonly Followed[]) {
  const answered = turns.map(({ answeredMs }) => answeredMs)
  const told = turns.map(({ toldMs }) => toldMs)
  return {
    answered_p50_ms: quantile(answered, 0.5),
    answered_p99_ms: quantile(answered, 0.99),
    told_p50_ms: quantile(told, 0.5),
    told_p99_ms: quantile(told, 0.99),
  }
}

const COMPARED = [
  'turns_per_second',
  'answered_p50_ms',
  'answered_p99_ms',
  'told_p50_ms',
  'told_p99_ms',
  'memory_mib',
] as const

function ratiosOf(figures: Part['figures']): Record<string, number> {
  return Object.fromEntries(
    COMPARED.map((figure) => [
      `services_to_monolith_${figure.replace(/_(ms|mib)$/, '')}`,
      ratio(figures[`services_${figure}`]!, figures[`monolith_${figure}`]!),
    ]),
  )
}

function notesOf(perSecond: number, pending: { monolith: number; services: number }): string[] {
  return [
    `turns_per_second: ${AT_ONCE} at a time, each until trends know of the turn. Latencies: at ${perSecond.toFixed(1)} turns a second on either side, ${100 * SHARE_OF_CAPACITY} % of what the slower one can do.`,
    'answered: until the turn is answered with its reply, the built-in one on both sides. told: until trends have it, which on services is when the event has come.',
    `Turns that were answered with their reply still pending: ${pending.monolith} on the monolith, ${pending.services} on services.`,
    'On services the mover keeps the monolith in step all the while, for a roll back. The target for answered_p99 is 1.5.',
    'memory: what the processes of a side hold that answer people, without front door, mover and PostgreSQL, pages in common counted once.',
  ]
}
