import { setTimeout as delay } from 'node:timers/promises'
import { type CarvedOutStack, startPrivatePostgres, startStack } from '@emotibot/testkit'
import { figureOf } from '../measure/figure.ts'
import { showProgress } from '../measure/progress.ts'
import { quantile } from '../measure/quantile.ts'
import type { Bench, BenchOptions, BenchResult } from '../report/result.ts'
import { createLagProbe, type LagProbe } from './lag.ts'
import { addPeople } from './people.ts'
import { countOf, readWaits, shareWithin } from './waits.ts'
import { createWriters, type Writers } from './writers.ts'

const SESSIONS = 20_000
const CAPACITY_SECONDS = 3
const MOST_PER_SECOND = 500
const SHARE_OF_CAPACITY = 0.6
const BETWEEN_FLIPS_MS = 500

/** How long requests wait while auth is flipped and rolled back under load, and how far the two stores are apart. */
export const benchFlip: Bench = async (options) => {
  const postgres = await startPrivatePostgres()
  const ends = [() => postgres.close()]
  try {
    const { createDatabase } = postgres
    const stack = await startStack({ processes: true, carvedOut: true, facades: 2, createDatabase })
    ends.unshift(() => stack.close())
    const tokens = await addPeople(stack.monolith, SESSIONS)
    await stack.untilInStep()
    const probe = createLagProbe([stack.monolith, stack.auth])
    const writers = createWriters({ url: stack.facade.url, tokens, onWritten: probe.follow })
    ends.unshift(() => writers.close())
    return await measure({ stack, writers, probe, ...options })
  } finally {
    for (const end of ends) await end()
  }
}

type Ground = BenchOptions & {
  readonly stack: CarvedOutStack
  readonly writers: Writers
  readonly probe: LagProbe
}
type Round = Readonly<Record<(typeof NAMES)[number], number>>

const NAMES = [
  'waits_within_50_ms',
  'waits_within_250_ms',
  'lag_to_service_p50_ms',
  'lag_to_service_p99_ms',
  'lag_to_monolith_p50_ms',
  'lag_to_monolith_p99_ms',
] as const

async function measure(ground: Ground): Promise<BenchResult> {
  const capacity = await ground.writers.capacity(CAPACITY_SECONDS)
  const perSecond = Math.min(MOST_PER_SECOND, capacity * SHARE_OF_CAPACITY)
  const rounds: Round[] = []
  const counts = { waits: 0, flips: 0 }
  for (let round = 1; round <= ground.rounds; round += 1) {
    ground.signal.throwIfAborted()
    showProgress(`round ${round} of ${ground.rounds}`)
    rounds.push(await oneRound(ground, perSecond, counts))
  }
  const figures = Object.fromEntries(NAMES.map((name) => [name, figureOf(rounds.map((one) => one[name]))]))
  return {
    unit: 'shares of the requests that waited; milliseconds from acknowledged to applied by the other side',
    figures,
    ratios: {
      waits_within_50_ms: figures['waits_within_50_ms']!.median,
      waits_within_250_ms: figures['waits_within_250_ms']!.median,
    },
    notes: [
      `${Math.round(perSecond)} log outs a second, ${Math.round((100 * perSecond) / capacity)} % of ${Math.round(capacity)}, through one of two facades.`,
      `${counts.flips} flips of auth there and back, whole and at 50 %; ${counts.waits} requests waited.`,
      'A lag is of one write at a time, from its acknowledgement until the other side answers that it has it.',
    ],
  }
}

/** There in two flips and back in two, with writes all the while. */
async function oneRound(ground: Ground, perSecond: number, counts: Counts): Promise<Round> {
  const { stack, writers, probe } = ground
  const controls = stack.facades.map(({ control }) => control)
  const stopping = new AbortController()
  const writing = writers.write(perSecond, stopping.signal)
  try {
    await delay(BETWEEN_FLIPS_MS)
    probe.take()
    await delay(4 * BETWEEN_FLIPS_MS)
    const toService = probe.take()
    const before = await readWaits(controls)
    await stack.flip(['auth'], 'canary', 50)
    await delay(BETWEEN_FLIPS_MS)
    await stack.flip(['auth'], 'service')
    await delay(BETWEEN_FLIPS_MS)
    probe.take()
    await delay(4 * BETWEEN_FLIPS_MS)
    const toMonolith = probe.take()
    await stack.flip(['auth'], 'canary', 50)
    await delay(BETWEEN_FLIPS_MS)
    await stack.rollback({ names: ['auth'] })
    const after = await readWaits(controls)
    counts.flips += 4
    counts.waits += countOf(after) - countOf(before)
    return {
      waits_within_50_ms: shareWithin(0.05, before, after),
      waits_within_250_ms: shareWithin(0.25, before, after),
      lag_to_service_p50_ms: quantile(toService, 0.5),
      lag_to_service_p99_ms: quantile(toService, 0.99),
      lag_to_monolith_p50_ms: quantile(toMonolith, 0.5),
      lag_to_monolith_p99_ms: quantile(toMonolith, 0.99),
    }
  } finally {
    stopping.abort()
    await writing
  }
}

type Counts = { waits: number; flips: number }
