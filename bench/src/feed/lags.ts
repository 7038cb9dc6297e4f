import { setTimeout as delay } from 'node:timers/promises'
import { startPrivatePostgres, startStack, until } from '@emotibot/testkit'
import { createLagProbe, type LagProbe } from '../flip/lag.ts'
import { actAt, capacityOf } from '../load/drive.ts'
import { figureOf } from '../measure/figure.ts'
import { showProgress } from '../measure/progress.ts'
import { quantile } from '../measure/quantile.ts'
import type { BenchOptions, BenchResult } from '../report/result.ts'
import { createSender } from './senders.ts'

const AT_ONCE = 8
const SHARE_OF_CAPACITY = 0.6
const SETTLED_AFTER_MS = 500
const FLIPPED_WITHIN_MS = 60_000
const CARVED_OUT = ['conversation'] as const

type Lag = { readonly p50_ms: number; readonly p99_ms: number }
type Ground = BenchOptions & { readonly send: () => Promise<void>; readonly probe: LagProbe }

/** How far the two stores are apart while people send turns, to the one side and to the other. */
export async function measureLags(options: BenchOptions): Promise<Pick<BenchResult, 'figures' | 'notes'>> {
  const postgres = await startPrivatePostgres()
  const ends = [() => postgres.close()]
  try {
    const { createDatabase } = postgres
    const stack = await startStack({ processes: true, carvedOut: CARVED_OUT, createDatabase })
    ends.unshift(() => stack.close())
    const probe = createLagProbe([stack.monolith, stack.conversation])
    const ground = { ...options, probe, send: await createSender(stack, probe.follow) }
    const capacities = { monolith: 0, service: 0 }
    const lags: Record<'to_service' | 'to_monolith', Lag[]> = { to_service: [], to_monolith: [] }
    for (let round = 0; round <= options.rounds; round += 1) {
      options.signal.throwIfAborted()
      showProgress(round === 0 ? 'warming up lags' : `round ${round} of ${options.rounds}: lags`)
      // The first round measures what the others are to take 60 % of.
      if (round === 0) capacities.monolith = await capacity(ground)
      await stack.untilInStep()
      const toService = await lagAt(ground, capacities.monolith)
      // Refused while a feed is behind, which at full capacity it may be.
      await until('the service owns them', () => stack.flip(CARVED_OUT, 'service'), FLIPPED_WITHIN_MS)
      if (round === 0) capacities.service = await capacity(ground)
      await stack.untilInStep()
      const toMonolith = await lagAt(ground, capacities.service)
      const back = () => stack.rollback({ names: [...CARVED_OUT] })
      await until('the monolith owns them again', back, FLIPPED_WITHIN_MS)
      if (round === 0) continue
      lags.to_service.push(toService)
      lags.to_monolith.push(toMonolith)
    }
    return { figures: figuresOf(lags), notes: notesOf(capacities) }
  } finally {
    for (const end of ends) await end()
  }
}

const capacity = ({ send, seconds }: Ground) => capacityOf(send, { seconds, atOnce: AT_ONCE })

async function lagAt({ send, probe, seconds, signal }: Ground, capacity: number): Promise<Lag> {
  const stopping = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000 + SETTLED_AFTER_MS)])
  const sending = actAt(send, { perSecond: SHARE_OF_CAPACITY * capacity, signal: stopping })
  await delay(SETTLED_AFTER_MS)
  // What was followed before is of another pace.
  probe.take()
  await sending
  const lags = probe.take()
  return { p50_ms: quantile(lags, 0.5), p99_ms: quantile(lags, 0.99) }
}

function figuresOf(lags: Readonly<Record<string, readonly Lag[]>>): BenchResult['figures'] {
  const figures = Object.entries(lags).flatMap(([way, rounds]) => [
    [`lag_${way}_p50_ms`, figureOf(rounds.map(({ p50_ms }) => p50_ms))] as const,
    [`lag_${way}_p99_ms`, figureOf(rounds.map(({ p99_ms }) => p99_ms))] as const,
  ])
  return Object.fromEntries(figures)
}

function notesOf({ monolith, service }: { monolith: number; service: number }): string[] {
  const paced = (value: number) => `${(SHARE_OF_CAPACITY * value).toFixed(1)} of ${value.toFixed(1)}`
  return [
    `Lags: turns a second through the front door at ${100 * SHARE_OF_CAPACITY} % of what it does with ${AT_ONCE} at a time: ${paced(monolith)} while the monolith owns conversation, ${paced(service)} while the service does. Each turn is two writes of its owner: the turn, and its reply.`,
    'A lag is of one write at a time, from its answer until the other side says that it has it, deletions of accounts included. The target is a p99 of 100 ms either way.',
  ]
}
