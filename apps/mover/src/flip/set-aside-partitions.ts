import type { Side } from '@emotibot/contracts'
import type { AnyEntity, SetAside, SetAsidePartitions } from '@emotibot/sync'
import type { Direction } from '../movement.ts'
import type { Scope } from './scope.ts'

/** More than this many, and nobody can tell whose they are. */
const MOST = 5_000

/** Whose changes are set aside at each side, in any of the domains. */
export async function setAsideIn({ domains }: Scope): Promise<Record<Side, SetAsidePartitions>> {
  const at = async (side: Side) => {
    const found = domains.flatMap(({ movement: { directions, entities } }) =>
      directions
        .filter(({ destination }) => destination.side === side)
        .map((direction) => findSetAsidePartitions(direction, entities)),
    )
    return (await Promise.all(found)).reduce(together)
  }
  const [monolith, service] = await Promise.all([at('monolith'), at('service')])
  return { monolith, service }
}

const together = (one: SetAsidePartitions, other: SetAsidePartitions): SetAsidePartitions => ({
  known: [...new Set([...one.known, ...other.known])],
  isAnyUnknown: one.isAnyUnknown || other.isAnyUnknown,
})

/** Whose changes are set aside at the end of a direction: as the writes said, and as the rows on both sides say. */
async function findSetAsidePartitions(
  { name, source, destination }: Direction,
  entities: readonly AnyEntity[],
): Promise<SetAsidePartitions> {
  const waiting = await destination.applier.setAside(name, MOST)
  if (waiting.length === 0) return { known: [], isAnyUnknown: false }
  const rows = {
    [source.side]: await source.feed.readRows(waiting),
    [destination.side]: await destination.feed.readRows(waiting),
  }
  const told = waiting.map((one) => partitionsOf(one, { rows, entities }))
  return {
    known: [...new Set(told.flatMap((partitions) => partitions ?? []))],
    isAnyUnknown: waiting.length === MOST || told.includes(null),
  }
}

type Rows = Awaited<ReturnType<Direction['source']['feed']['readRows']>>
type Known = { readonly rows: Readonly<Record<string, Rows>>; readonly entities: readonly AnyEntity[] }

/** Null when a row is there and does not say. A key that has no row on either side is nobody's any more. */
function partitionsOf({ entity, key, partition }: SetAside, { rows, entities }: Known): string[] | null {
  const declared = entities.find(({ name }) => name === entity)
  const named = partition === null ? [] : [partition]
  if (!declared) return named.length > 0 ? named : null
  try {
    for (const side of ['monolith', 'service'] as const) {
      const row = rows[side]?.get(entity)?.get(key)
      if (row !== undefined) named.push(declared.partitionOf[side](row))
    }
    return named
  } catch {
    return named.length > 0 ? named : null
  }
}
