import { statSync } from 'node:fs'
import { type AnyEntity, createPostgresStore, createSqliteStore, type Store } from '@emotibot/sync'

export type SidesOptions = {
  readonly domain: string
  readonly entities: readonly AnyEntity[]
  readonly sqliteFile: string
  readonly databaseUrl: string
}

/** Both stores of a domain, open. */
export type OpenSides = {
  readonly monolith: Store
  readonly service: Store
  /** What each side's feed is called at the other, for good. */
  readonly names: { readonly monolith: string; readonly service: string }
  /** Whether the file at the place is another than the open one, or none. */
  isFileReplaced(): boolean
  close(): Promise<void>
}

/** Throws when either cannot be opened, or has no feed yet because its application never started on it. */
export async function openSides({
  domain,
  entities,
  sqliteFile,
  databaseUrl,
}: SidesOptions): Promise<OpenSides> {
  const inode = statSync(sqliteFile).ino
  const monolith = createSqliteStore({ file: sqliteFile, entities })
  const service = createPostgresStore({ url: databaseUrl, entities })
  const close = async (): Promise<void> => {
    await Promise.all([monolith.close(), service.close()])
  }
  try {
    await service.feed.storeId()
    // An application of an older version has not brought its schema up to date yet.
    const groups = [...new Set(entities.map(({ group }) => group))]
    const stores = [monolith, service]
    await Promise.all(
      stores.flatMap(({ authority, applier }) => [authority.readAll(groups), applier.conflicts(1)]),
    )
  } catch (cause) {
    await close()
    throw cause
  }
  const isFileReplaced = () => statSync(sqliteFile, { throwIfNoEntry: false })?.ino !== inode
  return { monolith, service, names: { monolith: 'monolith', service: domain }, isFileReplaced, close }
}
