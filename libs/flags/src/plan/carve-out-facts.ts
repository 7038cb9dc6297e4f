import { CARVED_OUT, type CarveOutStatus, type Side } from '@emotibot/contracts'

/** How one direction of a domain's data is. What a store that is away would say is null. */
export type FeedFacts = {
  readonly from: Side
  readonly to: Side
  readonly state: 'running' | 'faulty' | 'stopped'
  /** Why it does not run. */
  readonly reason: string | null
  readonly behindMs: number | null
  readonly behindEntries: number | null
  /** Changes that could not be applied. */
  readonly setAside: number | null
  /** Rows that both sides changed. */
  readonly conflicts: number | null
}

/** What is known of the data of one domain: the mover's words, and the ledger's. */
export type CarveOutFacts = {
  /** Whether the mover answers. */
  readonly isReachable: boolean
  /** Why it is not reachable, or waits. */
  readonly reason: string | null
  /** `unknown` to the mover; `waiting` for both stores, `idle` until the first copy is begun, `moving` from then on. */
  readonly state: 'unknown' | 'waiting' | 'idle' | 'moving'
  readonly feeds: readonly FeedFacts[]
  /** Whether every row that there was is in the feed. */
  readonly isBackfilled: boolean
  /** How many users there are, whatever the domain: all of them change sides by their share, with rows of it or without. */
  readonly users: number | null
  /** The flip that moves data now, of whatever domain. */
  readonly flipUnderWay: string | null
  /** The worst waits of its last flips that made anybody wait, newest first. */
  readonly earlierWaitsMs: readonly number[]
}

/** What the mover was heard to say, or why it was not. */
export type MoverWords =
  | { readonly isUp: true; readonly carveOuts: readonly CarveOutStatus[] }
  | { readonly isUp: false; readonly reason: string }

/** What the ledger knows of flips that move data: `readDataFlips`. */
export type DataFlips = {
  readonly underWay: string | null
  readonly waitsMs: ReadonlyMap<string, readonly number[]>
}

/** The facts of every domain that is carved out. */
export function carveOutFacts(mover: MoverWords, flips: DataFlips): ReadonlyMap<string, CarveOutFacts> {
  const statusOf = (domain: string) =>
    mover.isUp ? mover.carveOuts.find((one) => one.domain === domain) : undefined
  const users = statusOf('auth')?.users ?? null
  return new Map(
    CARVED_OUT.map((domain) => {
      const told = mover.isUp ? factsIn(statusOf(domain)) : silent(mover.reason)
      const earlierWaitsMs = flips.waitsMs.get(domain) ?? []
      return [domain, { ...told, users, flipUnderWay: flips.underWay, earlierWaitsMs }]
    }),
  )
}

type Told = Omit<CarveOutFacts, 'users' | 'flipUnderWay' | 'earlierWaitsMs'>

const silent = (reason: string): Told => ({
  isReachable: false,
  reason,
  state: 'waiting',
  feeds: [],
  isBackfilled: false,
})

/** Of a domain that nobody was asked about. */
export const NOTHING_KNOWN: CarveOutFacts = {
  ...silent('it was not asked'),
  users: null,
  flipUnderWay: null,
  earlierWaitsMs: [],
}

function factsIn(status: CarveOutStatus | undefined): Told {
  if (!status) return { ...silent('no database of its is named'), isReachable: true, state: 'unknown' }
  const { state, reason, feeds, backfill, is_backfilled } = status
  return {
    isReachable: true,
    reason,
    state,
    feeds: feeds.map(feedFacts),
    isBackfilled: is_backfilled ?? (backfill.length > 0 && backfill.every((each) => each.is_finished)),
  }
}

function feedFacts(feed: CarveOutStatus['feeds'][number]): FeedFacts {
  const { from, to, state, reason, behind, set_aside, set_aside_count, conflicts } = feed
  return {
    from,
    to,
    state,
    reason,
    behindMs: behind?.ms ?? null,
    behindEntries: behind?.entries ?? null,
    setAside: set_aside_count ?? set_aside?.length ?? null,
    conflicts,
  }
}
