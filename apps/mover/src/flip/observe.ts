// What a driver can know at one moment: first the rows of both stores, after that the ledger and what is set aside.
import type { Side, WriteGroup } from '@emotibot/contracts'
import type { OpenFlip } from '@emotibot/flags'
import {
  type CrossingView,
  type FencedRow,
  type FlipToCross,
  type GroupRows,
  type SetAsidePartitions,
  stateOf,
} from '@emotibot/sync'
import type { MoverEvents } from '../events.ts'
import type { FlipLedger } from './flip-ledger.ts'
import { targetsOf, withReleased } from './flip-plan.ts'
import { groupsOf, isToDrive, narrowTo, readRows, type Scope, touches } from './scope.ts'
import { setAsideIn } from './set-aside-partitions.ts'
import { within } from './within.ts'

export type ObserverOptions = {
  readonly scope: Scope
  readonly ledger: FlipLedger
  readonly events: MoverEvents
  /** What a flip may take from `hold` to `open`. */
  readonly budgetMs: number
}

/** `flip`: the one that is open in this domain, as the ledger last said. */
export type Observed = {
  readonly view: CrossingView
  readonly flip: OpenFlip | null
  readonly hasGap: boolean
}

/** What only this driver knows, and may forget. */
export type Memory = {
  /** Of groups, up to which give-up the destination has applied the source's feed. */
  readonly applied: Map<WriteGroup, number>
  /** Why a flip must not go on, found out on the way. */
  obstacle: { readonly flip: string; readonly reason: string } | null
}

/**
 * `all`: rows, then the rest. Right after a step that was done, its rows are known, and requests wait: `rest` asks the
 * ledger and what is set aside, `nothing` asks nobody.
 */
export type Look = 'all' | 'rest' | 'nothing'

export type Observer = {
  /** Throws while a store was never seen. */
  look(memory: Memory, what: Look): Promise<Observed>
  /** Rows as a fence has left them. */
  note(side: Side, rows: Rows): void
}

const LIMIT_MS = 2_000
const AWAY_LIMIT_MS = 500
const NOBODY: SetAsidePartitions = { known: [], isAnyUnknown: false }
const NOTHING_ASIDE = { monolith: NOBODY, service: NOBODY }
type Rows = readonly FencedRow[]
const SIDES: readonly Side[] = ['monolith', 'service']

export function createObserver({ scope, ledger, events, budgetMs }: ObserverOptions): Observer {
  const seen: Partial<Record<Side, Rows>> = {}
  let flip: { readonly open: OpenFlip | null; readonly atMs: number } = { open: null, atMs: 0 }
  /** What was known to be open when a side's rows were read. */
  const rowsOf: Partial<Record<Side, string | null>> = {}
  let gapSinceMs: number | null = null
  let isLedgerAway = false

  /** Whether the rows are of now. */
  async function seeRows(side: Side): Promise<boolean> {
    const known = flip.open?.flip ?? null
    try {
      seen[side] = await within(LIMIT_MS, readRows(scope, side))
      rowsOf[side] = known
      events.storeThere(scope.name, side)
      return true
    } catch (error) {
      if (!seen[side]) throw error
      events.storeAway(scope.name, side, error)
      return false
    }
  }

  async function askLedger(): Promise<boolean> {
    try {
      // Once it was away it is waited for less: what is to be undone cannot wait for it.
      const open = await within(isLedgerAway ? AWAY_LIMIT_MS : LIMIT_MS, ledger.openFlips())
      isLedgerAway = false
      const own = open.find((one) => touches(scope, one)) ?? null
      flip = { open: own, atMs: performance.now() }
      events.ledgerThere(scope.name)
      return true
    } catch (error) {
      isLedgerAway = true
      events.ledgerAway(scope.name, error)
      return false
    }
  }

  function groupRows(): GroupRows[] {
    return groupsOf(scope).flatMap((group, at) => {
      const monolith = seen.monolith?.[at]
      const service = seen.service?.[at]
      return monolith && service ? [{ group, monolith, service }] : []
    })
  }

  /** What no flip of several domains has left behind is each domain's own to settle. */
  function rowsOfInterest(open: OpenFlip | null): GroupRows[] {
    if (!scope.isJoint) return groupRows()
    const own = open ? groupsOf(narrowTo(scope, open)) : []
    return groupRows().filter(({ group }) => own.includes(group))
  }

  function isGapOld(hasGap: boolean): boolean {
    gapSinceMs = hasGap ? (gapSinceMs ?? performance.now()) : null
    return gapSinceMs !== null && performance.now() - gapSinceMs > budgetMs
  }

  function heldMsOf({ state, heldMs }: OpenFlip): number {
    return state === 'held' ? (heldMs ?? 0) + performance.now() - flip.atMs : 0
  }

  function toCross(open: OpenFlip, { obstacle }: Memory): FlipToCross {
    const { flip: id } = open
    const heldMs = heldMsOf(open)
    const late = heldMs > budgetMs ? `it was not done within ${budgetMs / 1_000} s` : null
    const found = obstacle?.flip === id ? obstacle.reason : null
    const targets = scope.domains.flatMap(({ carved }) => {
      const rows = groupRows().filter(({ group }) => carved.all.includes(group))
      return withReleased(targetsOf(open, carved), rows, id)
    })
    return { id, state: open.state, targets, mustStop: open.abortReason ?? found ?? late }
  }

  /** Null when it cannot be known. */
  async function findSetAside(): Promise<CrossingView['setAside'] | null> {
    try {
      return await within(LIMIT_MS, setAsideIn(scope))
    } catch {
      return null
    }
  }

  async function ask(what: Look): Promise<Pick<CrossingView, 'areRowsFresh' | 'isFlipKnown' | 'setAside'>> {
    const fresh = what === 'all' ? await Promise.all([seeRows('monolith'), seeRows('service')]) : []
    const [isFlipKnown, setAside] = await Promise.all([
      what !== 'nothing' && askLedger(),
      what === 'nothing' ? NOTHING_ASIDE : findSetAside(),
    ])
    const areRowsFresh = fresh.every(Boolean) && setAside !== null
    return { areRowsFresh, isFlipKnown, setAside: setAside ?? NOTHING_ASIDE }
  }

  return {
    look: async (memory, what) => {
      const asked = await ask(what)
      const { open } = flip
      const rows = rowsOfInterest(open)
      const hasGap = rows.some((one) => stateOf(one).is === 'gap')
      const isGapTooOld = isGapOld(hasGap)
      const areRowsOfFlip = open !== null && SIDES.every((side) => rowsOf[side] === open.flip)
      const common = { ...asked, areRowsOfFlip, rows, isGapOld: isGapTooOld, applied: memory.applied }
      // Somebody else's: it must not look as if it were no longer open.
      if (open && !isToDrive(scope, open, { heldMs: heldMsOf(open), budgetMs }))
        return { view: { ...common, flip: null, isFlipKnown: false }, flip: null, hasGap }
      return { view: { ...common, flip: open && toCross(open, memory) }, flip: open, hasGap }
    },
    note: (side, rows) => {
      seen[side] = seen[side]?.map((row) => rows.find(({ group }) => group === row.group) ?? row) ?? rows
    },
  }
}
