// The comparison of both sides, key by key, while they go on being written to. A pair that differs may only be on its
// way, so it is looked at again:
//
//   differs → read both → wait until both feeds are applied as far as they are now → read both again
//     ├─ equal now: it was on its way
//     ├─ neither row changed meanwhile: a difference
//     └─ a row changed: once more; after a few rounds it is called unsettled
import { isDeepStrictEqual } from 'node:util'
import { compareRows, type DifferenceKind, type Pair } from './compare-rows.ts'
import type { AnyEntity, EntityKey } from './entity.ts'
import { owns } from './rule.ts'
import type { Store } from './store.ts'
import { UnreadableRow } from './unreadable.ts'
import { waitUntilApplied } from './wait-until-applied.ts'
import { walkKeys } from './walk-keys.ts'

export type Sides = {
  readonly monolith: Store
  readonly service: Store
  /** What each side's feed is called at the other. */
  readonly names: { readonly monolith: string; readonly service: string }
  readonly entities: readonly AnyEntity[]
}

export type VerifyOptions = {
  /** The pumps run meanwhile; this asks them to record their places. */
  readonly wake: () => void
  readonly onProgress?: (entity: string, compared: number) => void
  readonly settleWithinMs?: number
}

export type Difference = Pair & { readonly kind: DifferenceKind; readonly isSetAside: boolean }

export type VerifyReport = {
  readonly compared: number
  readonly differences: readonly Difference[]
  /** Changed all the while, or the feeds did not get there in time: nothing is known of these. */
  readonly unsettled: readonly EntityKey[]
}

const PAGE = 500
const ROUNDS = 5
const SETTLE_WITHIN_MS = 5_000

export async function verify(sides: Sides, options: VerifyOptions): Promise<VerifyReport> {
  const report = { compared: 0, differences: [] as Difference[], unsettled: [] as EntityKey[] }
  for (const entity of sides.entities) {
    for await (const keys of allKeys(sides, entity)) {
      const suspects = (await readPairs(sides, entity, keys)).filter((pair) => compareRows(entity, pair))
      const judged = await judge(sides, options, { entity, suspects })
      report.compared += keys.length
      report.differences.push(...judged.differences)
      report.unsettled.push(...judged.unsettled)
      options.onProgress?.(entity.name, report.compared)
    }
  }
  return report
}

/** Keys of the monolith, then those that only the service has: orders of two databases need not agree. */
async function* allKeys({ monolith, service }: Sides, { name }: AnyEntity): AsyncGenerator<string[]> {
  yield* walkKeys(monolith, name, PAGE)
  for await (const keys of walkKeys(service, name, PAGE)) {
    const known = (await monolith.feed.readRows(keys.map((key) => ({ entity: name, key })))).get(name)
    const others = keys.filter((key) => !known?.has(key))
    if (others.length > 0) yield others
  }
}

async function readPairs(sides: Sides, { name }: AnyEntity, keys: readonly string[]): Promise<Pair[]> {
  const wanted = keys.map((key) => ({ entity: name, key }))
  const [legacy, service] = await Promise.all([
    sides.monolith.feed.readRows(wanted),
    sides.service.feed.readRows(wanted),
  ])
  return keys.map((key) => ({
    entity: name,
    key,
    legacy: legacy.get(name)?.get(key) ?? null,
    service: service.get(name)?.get(key) ?? null,
  }))
}

type Suspects = { readonly entity: AnyEntity; readonly suspects: readonly Pair[] }

async function judge(sides: Sides, options: VerifyOptions, { entity, suspects }: Suspects) {
  const differences: Difference[] = []
  let open = suspects
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    const before = await readPairs(
      sides,
      entity,
      open.map(({ key }) => key),
    )
    if (!(await bothApplied(sides, options))) break
    const after = await readPairs(
      sides,
      entity,
      open.map(({ key }) => key),
    )
    const differing = after.filter((pair) => compareRows(entity, pair))
    const still = differing.filter((pair) => before.some((earlier) => isDeepStrictEqual(earlier, pair)))
    differences.push(...(await Promise.all(still.map((pair) => describe(sides, entity, pair)))))
    open = differing.filter((pair) => !still.includes(pair))
  }
  return { differences, unsettled: open.map(({ key }) => ({ entity: entity.name, key })) }
}

async function bothApplied({ monolith, service, names }: Sides, options: VerifyOptions): Promise<boolean> {
  const { wake, settleWithinMs: withinMs = SETTLE_WITHIN_MS } = options
  const [there, back] = await Promise.all([monolith.feed.end(), service.feed.end()])
  const arrived = await Promise.all([
    waitUntilApplied({
      source: { name: names.monolith, store: monolith },
      destination: service,
      position: there,
      withinMs,
      wake,
    }),
    waitUntilApplied({
      source: { name: names.service, store: service },
      destination: monolith,
      position: back,
      withinMs,
      wake,
    }),
  ])
  return arrived.every(Boolean)
}

async function describe(
  { monolith, service, names }: Sides,
  entity: AnyEntity,
  pair: Pair,
): Promise<Difference> {
  const waiting = await Promise.all([
    service.applier.isSetAside(names.monolith, pair),
    monolith.applier.isSetAside(names.service, pair),
  ])
  return { ...pair, kind: compareRows(entity, pair) ?? 'different', isSetAside: waiting.some(Boolean) }
}

/** Appends each difference's key to the feed of the side that owns it. Answers the keys that nobody owns now. */
export async function repair(sides: Sides, differences: readonly Difference[]): Promise<EntityKey[]> {
  const orphans: EntityKey[] = []
  for (const difference of differences) {
    const owner = await ownerOf(sides, difference)
    if (owner) await owner.copies.repair([{ entity: difference.entity, key: difference.key }])
    else orphans.push({ entity: difference.entity, key: difference.key })
  }
  return orphans
}

async function ownerOf({ monolith, service, entities }: Sides, pair: Pair): Promise<Store | null> {
  const entity = entities.find(({ name }) => name === pair.entity)
  if (!entity) return null
  if (pair.legacy instanceof UnreadableRow) return null
  const { partitionOf, group } = entity
  const partition =
    pair.legacy === null ? partitionOf.service(pair.service) : partitionOf.monolith(pair.legacy)
  for (const store of [monolith, service]) {
    const { rule } = await store.authority.read(group)
    if (owns(rule, partition)) return store
  }
  return null
}
