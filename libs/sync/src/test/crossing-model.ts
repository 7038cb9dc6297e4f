// Two stores, a ledger and drivers, small enough to run a hundred thousand steps: the stores judge fences as the real
// ones do, and rows of data are versions of partitions. What a driver saw stays in its hands until it acts, however late.
import type { Side, WriteGroup } from '@emotibot/contracts'
import { type FencedRow, judgeFences } from '../authority.ts'
import { type CrossingStep, type CrossingView, type FlipToCross, nextStep } from '../crossing.ts'
import { ruleOf, type Split, splitOf } from '../crossing-split.ts'
import { type GroupRows, otherSide } from '../crossing-state.ts'
import { owns } from '../rule.ts'

export const GROUPS: readonly WriteGroup[] = ['auth', 'auth.claim']
/** Of every quarter of the buckets some. */
export const PARTITIONS = Array.from({ length: 24 }, (_, at) => `user ${at}`)
const SIDES: readonly Side[] = ['monolith', 'service']

export type ModelFlip = {
  readonly id: string
  readonly targets: readonly { readonly group: WriteGroup; readonly share: number; readonly epoch: number }[]
  readonly before: ReadonlyMap<WriteGroup, Split | null>
  state: 'ordered' | 'held' | 'done' | 'abandoned'
}

type Seen = {
  rows?: Partial<Record<Side, readonly FencedRow[]>>
  flip?: ModelFlip['state'] | 'none'
  flipRef?: ModelFlip | null
  setAside?: Record<Side, readonly string[]>
  isFlipKnown: boolean
  /** What was known to be open when a side's rows were read. */
  rowsOf: Partial<Record<Side, ModelFlip | null>>
  plan?: { readonly step: CrossingStep; readonly flip: ModelFlip | null }
  applied: Map<WriteGroup, number>
}

const nothingSeen = (): Seen => ({ applied: new Map(), isFlipKnown: false, rowsOf: {} })

/** Everything there is. `problems`: what must never happen, in words. */
export function createModel() {
  const rows: Record<Side, FencedRow[]> = { monolith: [], service: [] }
  for (const group of GROUPS) {
    for (const side of SIDES)
      rows[side].push({
        group,
        epoch: 1,
        rule: ruleOf({ share: 0, kept: [] }, side),
        before: null,
        flip: null,
      })
  }
  const versions = {
    monolith: new Map(PARTITIONS.map((partition) => [partition, 0])),
    service: new Map(PARTITIONS.map((partition) => [partition, 0])),
  }
  const setAside: Record<Side, string[]> = { monolith: [], service: [] }
  const problems: string[] = []
  const flips: ModelFlip[] = []
  const ledgerEpochs = new Map(GROUPS.map((group) => [group, 0]))
  let isLedgerUp = true

  const rowOf = (side: Side, group: WriteGroup): FencedRow => {
    const row = rows[side].find((one) => one.group === group)
    if (!row) throw new Error(`no row of ${group}`)
    return row
  }
  const openFlip = (): ModelFlip | null =>
    flips.find(({ state }) => state === 'ordered' || state === 'held') ?? null

  function ownersOf(group: WriteGroup, partition: string): Side[] {
    return SIDES.filter((side) => owns(rowOf(side, group).rule, partition))
  }

  function splitNow(group: WriteGroup): Split | null {
    const [one, other] = SIDES.map((side) => splitOf(rowOf(side, group).rule, side))
    return one && other && JSON.stringify(one) === JSON.stringify(other) ? one : null
  }

  function checkOwners(): void {
    for (const group of GROUPS)
      for (const partition of PARTITIONS)
        if (ownersOf(group, partition).length > 1) problems.push(`${partition} of ${group} is owned twice`)
  }

  /** The owner of a partition in group `auth` changes its row. */
  function write(partition: string): void {
    const [owner] = ownersOf('auth', partition)
    if (owner)
      versions[owner].set(partition, Math.max(...SIDES.map((side) => versions[side].get(partition) ?? 0)) + 1)
  }

  /** All that the source has now, but what cannot be applied. */
  function drain(from: Side): void {
    const to = otherSide(from)
    for (const partition of PARTITIONS) {
      const isOwn = owns(rowOf(to, 'auth').rule, partition)
      if (!isOwn && !setAside[to].includes(partition))
        versions[to].set(
          partition,
          Math.max(versions[to].get(partition) ?? 0, versions[from].get(partition) ?? 0),
        )
    }
  }

  /** A change of the partition cannot be applied at a side, or can be again. */
  function turnAside(side: Side, partition: string): void {
    const at = setAside[side].indexOf(partition)
    if (at < 0) return void setAside[side].push(partition)
    setAside[side].splice(at, 1)
    const there = versions[otherSide(side)].get(partition) ?? 0
    if (!owns(rowOf(side, 'auth').rule, partition) && there > (versions[side].get(partition) ?? 0))
      versions[side].set(partition, there)
  }

  function checkGained(side: Side): void {
    for (const partition of PARTITIONS.filter((one) => owns(rowOf(side, 'auth').rule, one))) {
      if ((versions[side].get(partition) ?? 0) < (versions[otherSide(side)].get(partition) ?? 0))
        problems.push(`the ${side} owns ${partition} and lacks a write of it`)
    }
  }

  function perform(plan: CrossingStep, seen: Seen, flip: ModelFlip | null): void {
    if (plan.step === 'applied') {
      // The position is taken after the give-up that the driver saw, and the feed passes it in order.
      drain(plan.from)
      for (const [group, epoch] of plan.epochs) seen.applied.set(group, epoch)
      // What is set aside is asked after that.
      delete seen.setAside
      return
    }
    if (plan.step === 'giveUp' || plan.step === 'open' || plan.step === 'close' || plan.step === 'reopen') {
      const current = plan.fences.map(({ group }) => rowOf(plan.side, group))
      const judged = judgeFences(current, plan.fences)
      if ('refused' in judged) return
      for (const row of judged.changed) rows[plan.side][GROUPS.indexOf(row.group)] = row
      checkOwners()
      if (plan.step === 'open' || plan.step === 'reopen') checkGained(plan.side)
      return
    }
    turnLedger(plan, flip)
  }

  function turnLedger(plan: CrossingStep, flip: ModelFlip | null): void {
    if (!isLedgerUp || !flip || !flips.includes(flip)) return
    const isOpen = flip.state === 'ordered' || flip.state === 'held'
    if (plan.step === 'hold' && flip.state === 'ordered') flip.state = 'held'
    if (plan.step === 'abandon' && isOpen) flip.state = 'abandoned'
    if (plan.step !== 'record' || !isOpen) return
    flip.state = 'done'
    for (const [group, epoch] of plan.epochs) ledgerEpochs.set(group, epoch)
  }

  return {
    rows,
    problems,
    flips,
    turnAside,
    write,
    splitNow,
    openFlip,
    setLedgerUp: (isUp: boolean) => {
      isLedgerUp = isUp
    },
    /** The ledger is another, empty one. */
    loseLedger: () => {
      flips.length = 0
    },
    order(shares: Readonly<Partial<Record<WriteGroup, number>>>, id: string): void {
      if (openFlip()) return
      if (flips.length > 0 && GROUPS.some((group) => splitNow(group) === null))
        problems.push(`a flip ended, and left a gap`)
      const targets = GROUPS.flatMap((group) => {
        const share = shares[group]
        return share === undefined ? [] : [{ group, share, epoch: ledgerEpochs.get(group) ?? 0 }]
      })
      const before = new Map(GROUPS.map((group) => [group, splitNow(group)]))
      flips.push({ id, targets, before, state: 'ordered' })
    },
    createDriver: () => createDriver(),
  }

  function createDriver() {
    let seen: Seen = nothingSeen()
    return {
      look(side: Side): void {
        seen.rows = { ...seen.rows, [side]: [...rows[side]] }
        seen.rowsOf = { ...seen.rowsOf, [side]: seen.flipRef ?? null }
        seen.isFlipKnown = false
      },
      lookAside(): void {
        seen.setAside = { monolith: [...setAside.monolith], service: [...setAside.service] }
      },
      askLedger(): void {
        if (!isLedgerUp) return
        const flip = openFlip()
        seen.flipRef = flip
        seen.flip = flip?.state ?? 'none'
        seen.isFlipKnown = true
      },
      /** Decides on what it saw, whenever that was. */
      decide(mustStop: boolean): CrossingStep | null {
        const { monolith, service } = seen.rows ?? {}
        if (!monolith || !service || !seen.setAside) return null
        const step = nextStep(viewOf({ monolith, service }, mustStop))
        seen.plan = { step, flip: seen.flipRef ?? null }
        return step
      },
      act(): void {
        const { plan } = seen
        delete seen.plan
        if (plan) perform(plan.step, seen, plan.flip)
      },
      crash(): void {
        seen = nothingSeen()
      },
    }

    type BothRows = Record<Side, readonly FencedRow[]>

    function viewOf(both: BothRows, mustStop: boolean): CrossingView {
      const aside = (side: Side) => ({ known: seen.setAside?.[side] ?? [], isAnyUnknown: false })
      return {
        rows: GROUPS.map((group, at) => rowsAt(both, group, at)),
        areRowsFresh: true,
        flip: flipSeen(mustStop),
        isFlipKnown: seen.isFlipKnown,
        areRowsOfFlip: SIDES.every((side) => seen.rowsOf[side] === seen.flipRef),
        isGapOld: mustStop,
        setAside: { monolith: aside('monolith'), service: aside('service') },
        applied: seen.applied,
      }
    }

    function flipSeen(mustStop: boolean): FlipToCross | null {
      const { flipRef, flip } = seen
      if (!flipRef || (flip !== 'ordered' && flip !== 'held')) return null
      const { id, targets } = flipRef
      return { id, state: flip, targets, mustStop: mustStop ? 'its time is over' : null }
    }
  }
}

function rowsAt(both: Record<Side, readonly FencedRow[]>, group: WriteGroup, at: number): GroupRows {
  const monolith = both.monolith[at]
  const service = both.service[at]
  if (!monolith || !service) throw new Error(`no rows of ${group}`)
  return { group, monolith, service }
}
