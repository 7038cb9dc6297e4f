import type { Side } from '@emotibot/contracts'
import type { Rows } from './batch.ts'
import { type AnyEntity, type EntityKey, type FeedTable, type Mapping, mappingTo } from './entity.ts'
import { unknownEntityError } from './errors.ts'
import { UnreadableRow } from './unreadable.ts'

/** The entities of one migration, looked up by name. */
export type Entities = {
  readonly list: readonly AnyEntity[]
  readonly names: readonly string[]
  get(name: string): AnyEntity
  /** As seen from the store of `side`, when changes are applied to it. */
  mappingsTo(side: Side): ReadonlyMap<string, Mapping>
  /** The first table of an entity, which has one row per key. */
  rootOf(name: string, side: Side): FeedTable
}

export function indexEntities(list: readonly AnyEntity[]): Entities {
  const byName = new Map(list.map((entity) => [entity.name, entity]))
  const get = (name: string): AnyEntity => {
    const entity = byName.get(name)
    if (!entity) throw unknownEntityError(name)
    return entity
  }
  const mappings = {
    monolith: new Map(list.map((entity) => [entity.name, mappingTo('monolith', entity)])),
    service: new Map(list.map((entity) => [entity.name, mappingTo('service', entity)])),
  }
  return {
    list,
    names: [...byName.keys()],
    get,
    mappingsTo: (side) => mappings[side],
    rootOf: (name, side) => {
      const [root] = get(name)[side].tables
      if (!root) throw unknownEntityError(name)
      return root
    },
  }
}

/** Keys by entity, each once. */
export function groupKeys(keys: readonly EntityKey[]): Map<string, string[]> {
  const grouped = new Map<string, Set<string>>()
  for (const { entity, key } of keys) {
    const known = grouped.get(entity) ?? new Set()
    grouped.set(entity, known.add(key))
  }
  return new Map([...grouped].map(([entity, set]) => [entity, [...set]]))
}

/** What the rows' parents are, each once, as far as `rows` does not have them. */
export function missingParents(entities: Entities, side: Side, rows: Rows): EntityKey[] {
  const named = new Map<string, EntityKey>()
  for (const [name, byKey] of rows) {
    const parentsOf = entities.get(name).parentsOf?.[side]
    if (!parentsOf) continue
    for (const row of byKey.values()) {
      if (row instanceof UnreadableRow) continue
      for (const parent of parentsIn(() => parentsOf(row)))
        if (!rows.get(parent.entity)?.has(parent.key)) named.set(JSON.stringify(parent), parent)
    }
  }
  return [...named.values()]
}

/** A row that nothing can be told of is dealt with when it is mapped, where its reason is kept. */
function parentsIn(read: () => EntityKey[]): EntityKey[] {
  try {
    return read()
  } catch {
    return []
  }
}
