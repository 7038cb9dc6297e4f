import type { Store } from './store.ts'

/** All keys of an entity's rows in one store, page by page, in the store's own order. */
export async function* walkKeys(store: Store, entity: string, pageSize: number): AsyncGenerator<string[]> {
  let cursor: string | null = null
  for (;;) {
    const keys: string[] = await store.copies.keysAfter(entity, cursor, pageSize)
    if (keys.length > 0) yield keys
    if (keys.length < pageSize) return
    cursor = keys.at(-1) ?? null
  }
}
