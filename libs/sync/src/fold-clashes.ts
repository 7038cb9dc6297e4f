import { fold } from '@emotibot/contracts'
import type { AnyEntity } from './entity.ts'
import type { Store } from './store.ts'
import { UnreadableRow } from './unreadable.ts'
import { walkKeys } from './walk-keys.ts'

/** Rows whose names differ as they are written and are one when folded. A person decides; nothing is merged. */
export type FoldClash = {
  readonly entity: string
  readonly name: string
  readonly folded: string
  readonly keys: readonly string[]
}

const PAGE = 500

export async function findFoldClashes(monolith: Store, entities: readonly AnyEntity[]): Promise<FoldClash[]> {
  const clashes = await Promise.all(entities.map((entity) => clashesOf(monolith, entity)))
  return clashes.flat()
}

async function clashesOf(monolith: Store, entity: AnyEntity): Promise<FoldClash[]> {
  if (!entity.namesOf) return []
  const keysByName = new Map<string, string[]>()
  for await (const keys of walkKeys(monolith, entity.name, PAGE)) {
    const rows = await monolith.feed.readRows(keys.map((key) => ({ entity: entity.name, key })))
    for (const [key, row] of rows.get(entity.name) ?? []) {
      if (row instanceof UnreadableRow) continue
      for (const [name, written] of Object.entries(entity.namesOf(row))) {
        const id = JSON.stringify([name, fold(written)])
        keysByName.set(id, [...(keysByName.get(id) ?? []), key])
      }
    }
  }
  return [...keysByName].flatMap(([id, keys]) => {
    const [name = '', folded = ''] = JSON.parse(id) as string[]
    return keys.length > 1 ? [{ entity: entity.name, name, folded, keys }] : []
  })
}
