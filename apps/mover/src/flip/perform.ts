// One step of a flip, done. Whether it had its effect is read from the stores and the ledger at the next look; what is
// answered here is only news for people.
import type { Position } from '@emotibot/contracts'
import type { FlipStep, OpenFlip, Turned } from '@emotibot/flags'
import { type CrossingStep, type FencedRow, waitUntilApplied } from '@emotibot/sync'
import type { Direction, Movement } from '../movement.ts'
import { awaitReplicas } from './await-replicas.ts'
import { catchUp } from './catch-up.ts'
import type { FlipLedger } from './flip-ledger.ts'
import { type CarvedGroups, epochsByRoute, holdsOf } from './flip-plan.ts'
import type { Memory } from './observe.ts'
import { within } from './within.ts'

export type Steps = {
  readonly movement: Movement
  readonly ledger: FlipLedger
  readonly carved: CarvedGroups
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

export function createPerformer({ movement, ledger, carved, budgetMs, signal }: Steps): Performer {
  /** Where the source's feed ended after the last give-up of this driver. */
  let given: { readonly epochs: string; readonly position: Position } | null = null

  const directionFrom = (side: string): Direction => {
    const found = movement.directions.find(({ source }) => source.side === side)
    if (!found) throw new Error(`There is no feed from the ${side}.`)
    return found
  }

  async function hold(plan: Extract<CrossingStep, { step: 'hold' }>, { flip, memory }: Doing): Promise<Done> {
    const id = idOf(flip)
    const reason = await catchUp(movement, directionFrom(plan.from))
    if (reason !== null) {
      memory.obstacle = { flip: id, reason }
      return { outcome: reason }
    }
    const holdMs = budgetMs + HOLD_BEYOND_BUDGET_MS
    const held = await ledger.hold(id, holdsOf(plan.spans, { flip: id, carved, budgetMs: holdMs }))
    if (!held) return { outcome: 'no longer open' }
    await awaitReplicas(ledger, { version: held.version, withinMs: REPLICAS_WITHIN_MS, signal })
    return { outcome: 'done', version: held.version }
  }

  async function fence(plan: Extract<CrossingStep, { step: FenceStep }>): Promise<Done> {
    const { authority } = movement.sides[plan.side]
    const fenced = await within(
      FENCE_LIMIT_MS,
      authority.fence(plan.fences, { lockWithinMs: LOCK_WITHIN_MS }),
    )
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
    { memory }: Doing,
  ): Promise<Done> {
    const { name, source, destination } = directionFrom(from)
    const position = given?.epochs === namesOf([...epochs]) ? given.position : await source.feed.end()
    const isThere = await waitUntilApplied({
      source: { name, store: source },
      destination,
      position,
      withinMs: APPLIED_WITHIN_MS,
      wake: movement.wake,
    })
    if (!isThere) return { outcome: 'not yet' }
    for (const [group, epoch] of epochs) memory.applied.set(group, epoch)
    return { outcome: 'done' }
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
