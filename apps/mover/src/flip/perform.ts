// One step of a flip, done. Whether it had its effect is read from the stores and the ledger at the next look; what is
// answered here is only news for people.
import type { Position } from '@emotibot/contracts'
import type { FlipStep, OpenFlip, Turned } from '@emotibot/flags'
import { type CrossingStep, type FencedRow, waitUntilApplied } from '@emotibot/sync'
import type { Direction } from '../movement.ts'
import { awaitReplicas } from './await-replicas.ts'
import { catchUp } from './catch-up.ts'
import type { FlipLedger } from './flip-ledger.ts'
import { epochsByRoute, holdsOf } from './flip-plan.ts'
import type { Memory } from './observe.ts'
import { directionsFrom, fenceIn, narrowTo, type Scope } from './scope.ts'
import { within } from './within.ts'

export type Steps = {
  readonly scope: Scope
  readonly ledger: FlipLedger
  readonly budgetMs: number
  readonly signal: AbortSignal
}

/** What is to be done, and for which flip; null for a gap whose flip is not open. */
export type Doing = {
  readonly plan: Exclude<CrossingStep, { step: 'nothing' }>
  readonly flip: OpenFlip | null
  readonly memory: Memory
}

/** In a word what came of it: `done`, or e.g. `refused` where another driver was first. */
export type Done = {
  readonly outcome: string
  /** Of the ledger, now. */
  readonly version?: number
  /** As a fence has left them. */
  readonly rows?: readonly FencedRow[]
}

const LOCK_WITHIN_MS = 1_000
const FENCE_LIMIT_MS = 5_000
/** Facades that do not answer in time are not waited for: the stores keep what they send safe. */
const REPLICAS_WITHIN_MS = 1_000
/** At a time, so that an order to give up is heard. */
const APPLIED_WITHIN_MS = 500
/** Undoing takes a moment after the budget: who waits has that long. */
const HOLD_BEYOND_BUDGET_MS = 1_000

export type Performer = {
  perform(doing: Doing): Promise<Done>
  /** After `record`: waits for the facades, and completes the receipt. */
  acknowledge(flip: string, version: number): Promise<Done>
}

export function createPerformer({ scope, ledger, budgetMs, signal }: Steps): Performer {
  /** Where the source's feed ended after the last give-up of this driver. */
  let given: { readonly epochs: string; readonly position: Position } | null = null

  async function hold(plan: Extract<CrossingStep, { step: 'hold' }>, { flip, memory }: Doing): Promise<Done> {
    const id = idOf(flip)
    const { domains } = flip ? narrowTo(scope, flip) : scope
    const obstacles = await Promise.all(domains.map(({ movement }) => catchUp(movement, plan.from)))
    const reason = obstacles.find((one) => one !== null)
    if (reason) {
      memory.obstacle = { flip: id, reason }
      return { outcome: reason }
    }
    const holdMs = budgetMs + HOLD_BEYOND_BUDGET_MS
    const holds = domains.flatMap(({ carved }) => {
      const spans = plan.spans.filter(({ group }) => carved.all.includes(group))
      return holdsOf(spans, { flip: id, carved, budgetMs: holdMs })
    })
    const held = await ledger.hold(id, holds)
    if (!held) return { outcome: 'no longer open' }
    await awaitReplicas(ledger, { version: held.version, withinMs: REPLICAS_WITHIN_MS, signal })
    return { outcome: 'done', version: held.version }
  }

  async function fence(plan: Extract<CrossingStep, { step: FenceStep }>): Promise<Done> {
    const { side, fences } = plan
    const options = { lockWithinMs: LOCK_WITHIN_MS }
    const fenced = await within(FENCE_LIMIT_MS, fenceIn(scope, { side, fences, options }))
    if (fenced.outcome === 'refused') return { outcome: `refused: ${fenced.reason}` }
    if (fenced.outcome === 'busy') return { outcome: 'busy' }
    if (plan.step === 'giveUp')
      given = {
        epochs: namesOf(fenced.rows.map(({ group, epoch }) => [group, epoch])),
        position: fenced.position,
      }
    return { outcome: 'done', rows: fenced.rows }
  }

  async function applied(
    { from, epochs }: Extract<CrossingStep, { step: 'applied' }>,
    { flip, memory }: Doing,
  ): Promise<Done> {
    const fromGiveUp = given?.epochs === namesOf([...epochs]) ? given.position : null
    const narrowed = flip ? narrowTo(scope, flip) : scope
    const isThere = (
      await Promise.all(directionsFrom(narrowed, from).map((direction) => isApplied(direction, fromGiveUp)))
    ).every(Boolean)
    if (!isThere) return { outcome: 'not yet' }
    for (const [group, epoch] of epochs) memory.applied.set(group, epoch)
    return { outcome: 'done' }
  }

  async function isApplied(
    { name, source, destination }: Direction,
    position: Position | null,
  ): Promise<boolean> {
    return waitUntilApplied({
      source: { name, store: source },
      destination,
      position: position ?? (await source.feed.end()),
      withinMs: APPLIED_WITHIN_MS,
      wake: () => wakeAll(scope),
    })
  }

  async function record(plan: Extract<CrossingStep, { step: 'record' }>, flip: string): Promise<Done> {
    const recorded = await ledger.record(flip, { epochs: epochsByRoute(plan.epochs), kept: plan.kept })
    return ended(recorded)
  }

  return {
    perform: async (doing) => {
      const { plan, flip } = doing
      switch (plan.step) {
        case 'hold':
          return hold(plan, doing)
        case 'applied':
          return applied(plan, doing)
        case 'record':
          return record(plan, idOf(flip))
        case 'abandon': {
          const abandoned = await ledger.abandon(idOf(flip), plan.reason)
          return ended(abandoned)
        }
        default:
          return fence(plan)
      }
    },
    acknowledge: async (flip, version) => {
      const acknowledged = await awaitReplicas(ledger, { version, withinMs: REPLICAS_WITHIN_MS, signal })
      await ledger.keepAcknowledgements(flip, acknowledged)
      return { outcome: acknowledged.every((one) => one.acknowledged) ? 'done' : 'not by all' }
    },
  }
}

const ended = (turned: Turned): Done =>
  turned ? { outcome: 'done', version: turned.version } : { outcome: 'the ledger ended it otherwise' }

const wakeAll = ({ domains }: Scope): void => {
  for (const { movement } of domains) movement.wake()
}

type FenceStep = Extract<FlipStep, 'giveUp' | 'open' | 'close' | 'reopen'>

const namesOf = (epochs: readonly (readonly [string, number])[]): string =>
  epochs
    .map(([group, epoch]) => `${group}@${epoch}`)
    .toSorted()
    .join()

function idOf(flip: OpenFlip | null): string {
  if (!flip) throw new Error('This step is of a flip, and there is none.')
  return flip.flip
}
