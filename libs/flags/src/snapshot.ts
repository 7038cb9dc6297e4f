import { isStage, type Stage } from '@emotibot/contracts'
import { type Hold, readHolds } from './hold.ts'
import { isCount, isRecord, isTextList, textOrNull } from './parsed-values.ts'

/** Where one route stands. `share` is the percent of partitions on the service: 0 on the monolith, 100 on the service. */
export type RouteFlag = {
  readonly stage: Stage
  readonly share: number
  readonly epoch: number
  /** The flip that brought it here; null before the first. */
  readonly flip: string | null
  readonly changedAt: string | null
  readonly changedBy: string | null
  /** Partitions that a roll back left on the service, though the share says monolith: changes of them are set aside. */
  readonly kept: readonly string[]
}

/** Everything a facade routes by, at one version of the ledger. Never changed: a flip makes a new one. */
export type Snapshot = {
  readonly version: number
  readonly isFrozen: boolean
  readonly routes: Readonly<Record<string, RouteFlag>>
  /** Whose requests wait now. */
  readonly holds: readonly Hold[]
}

const NONE: readonly never[] = Object.freeze([])

/** A route that was never flipped. */
export const INITIAL_FLAG: RouteFlag = Object.freeze({
  stage: 'monolith',
  share: 0,
  epoch: 0,
  flip: null,
  changedAt: null,
  changedBy: null,
  kept: NONE,
})

export const EMPTY_SNAPSHOT: Snapshot = createSnapshot({
  version: 0,
  isFrozen: false,
  routes: {},
  holds: NONE,
})

export function createSnapshot({ version, isFrozen, routes, holds }: Snapshot): Snapshot {
  const copy: Record<string, RouteFlag> = Object.create(null)
  for (const [key, flag] of Object.entries(routes))
    copy[key] = Object.freeze({ ...flag, kept: Object.freeze([...flag.kept]) })
  const frozenHolds = holds.map((hold) => Object.freeze({ ...hold, routes: Object.freeze([...hold.routes]) }))
  return Object.freeze({ version, isFrozen, routes: Object.freeze(copy), holds: Object.freeze(frozenHolds) })
}

export function flagOf(snapshot: Snapshot, key: string): RouteFlag {
  return snapshot.routes[key] ?? INITIAL_FLAG
}

/** The share that belongs to a stage; only `canary` has one of its own. */
export function shareOf(stage: Stage, canaryShare: number): number {
  if (stage === 'canary') return canaryShare
  return stage === 'service' || stage === 'retired' ? 100 : 0
}

/**
 * As text, to be kept, without holds: a hold ends by the ledger's word, and who reads this text has not heard from it.
 * Such a replica routes as before the flip, and the stores refuse what they have given up.
 */
export function serializeSnapshot(snapshot: Snapshot): string {
  return `${JSON.stringify({ ...snapshot, holds: NONE }, null, 2)}\n`
}

/** Reads a snapshot that was kept as text. Throws, saying what is wrong: half a snapshot must not route anybody. */
export function parseSnapshotOrThrow(text: string): Snapshot {
  return readSnapshotOrThrow(JSON.parse(text))
}

/** Checks a value that claims to be a snapshot, from a file or from the ledger. */
export function readSnapshotOrThrow(value: unknown): Snapshot {
  if (!isRecord(value)) throw new TypeError('a snapshot is an object')
  const { version, isFrozen, routes, holds } = value
  if (!isCount(version)) throw new TypeError('its version is not a whole number')
  if (typeof isFrozen !== 'boolean') throw new TypeError('its isFrozen is not true or false')
  if (!isRecord(routes)) throw new TypeError('its routes are not an object')
  const flags = Object.entries(routes).map(([key, flag]) => [key, readFlag(key, flag)] as const)
  return createSnapshot({ version, isFrozen, routes: Object.fromEntries(flags), holds: readHolds(holds) })
}

function readFlag(key: string, value: unknown): RouteFlag {
  if (!isRecord(value)) throw new TypeError(`its route ${key} is not an object`)
  const { stage, share, epoch, flip, changedAt, changedBy, kept = NONE } = value
  if (typeof stage !== 'string' || !isStage(stage)) throw new TypeError(`the stage of ${key} is none`)
  if (!isCount(share) || !isShareOf(stage, share))
    throw new TypeError(`the share of ${key} does not fit its stage`)
  if (!isCount(epoch)) throw new TypeError(`the epoch of ${key} is not a whole number`)
  if (!isTextList(kept)) throw new TypeError(`the kept partitions of ${key} are not a list of names`)
  return {
    stage,
    share,
    epoch,
    flip: textOrNull(flip),
    changedAt: textOrNull(changedAt),
    changedBy: textOrNull(changedBy),
    kept,
  }
}

function isShareOf(stage: Stage, share: number): boolean {
  return stage === 'canary' ? share >= 1 && share <= 99 : share === shareOf(stage, share)
}
