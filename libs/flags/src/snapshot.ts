import { isStage, type Stage } from '@emotibot/contracts'

/** Where one route stands. `share` is the percent of partitions on the service: 0 on the monolith, 100 on the service. */
export type RouteFlag = {
  readonly stage: Stage
  readonly share: number
  readonly epoch: number
  /** The flip that brought it here; null before the first. */
  readonly flip: string | null
  readonly changedAt: string | null
  readonly changedBy: string | null
}

/** Everything a facade routes by, at one version of the ledger. Never changed: a flip makes a new one. */
export type Snapshot = {
  readonly version: number
  readonly isFrozen: boolean
  readonly routes: Readonly<Record<string, RouteFlag>>
}

/** A route that was never flipped. */
export const INITIAL_FLAG: RouteFlag = Object.freeze({
  stage: 'monolith',
  share: 0,
  epoch: 0,
  flip: null,
  changedAt: null,
  changedBy: null,
})

export const EMPTY_SNAPSHOT: Snapshot = createSnapshot({ version: 0, isFrozen: false, routes: {} })

export function createSnapshot({ version, isFrozen, routes }: Snapshot): Snapshot {
  const copy: Record<string, RouteFlag> = Object.create(null)
  for (const [key, flag] of Object.entries(routes)) copy[key] = Object.freeze({ ...flag })
  return Object.freeze({ version, isFrozen, routes: Object.freeze(copy) })
}

export function flagOf(snapshot: Snapshot, key: string): RouteFlag {
  return snapshot.routes[key] ?? INITIAL_FLAG
}

/** The share that belongs to a stage; only `canary` has one of its own. */
export function shareOf(stage: Stage, canaryShare: number): number {
  if (stage === 'canary') return canaryShare
  return stage === 'service' || stage === 'retired' ? 100 : 0
}

export function serializeSnapshot(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot, null, 2)}\n`
}

/** Reads a snapshot that was kept as text. Throws, saying what is wrong: half a snapshot must not route anybody. */
export function parseSnapshotOrThrow(text: string): Snapshot {
  return readSnapshotOrThrow(JSON.parse(text))
}

/** Checks a value that claims to be a snapshot, from a file or from the ledger. */
export function readSnapshotOrThrow(value: unknown): Snapshot {
  if (!isRecord(value)) throw new TypeError('a snapshot is an object')
  const { version, isFrozen, routes } = value
  if (!isCount(version)) throw new TypeError('its version is not a whole number')
  if (typeof isFrozen !== 'boolean') throw new TypeError('its isFrozen is not true or false')
  if (!isRecord(routes)) throw new TypeError('its routes are not an object')
  const flags = Object.entries(routes).map(([key, flag]) => [key, readFlag(key, flag)] as const)
  return createSnapshot({ version, isFrozen, routes: Object.fromEntries(flags) })
}

function readFlag(key: string, value: unknown): RouteFlag {
  if (!isRecord(value)) throw new TypeError(`its route ${key} is not an object`)
  const { stage, share, epoch, flip, changedAt, changedBy } = value
  if (typeof stage !== 'string' || !isStage(stage)) throw new TypeError(`the stage of ${key} is none`)
  if (!isCount(share) || !isShareOf(stage, share))
    throw new TypeError(`the share of ${key} does not fit its stage`)
  if (!isCount(epoch)) throw new TypeError(`the epoch of ${key} is not a whole number`)
  return {
    stage,
    share,
    epoch,
    flip: textOrNull(flip),
    changedAt: textOrNull(changedAt),
    changedBy: textOrNull(changedBy),
  }
}

function isShareOf(stage: Stage, share: number): boolean {
  return stage === 'canary' ? share >= 1 && share <= 99 : share === shareOf(stage, share)
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
