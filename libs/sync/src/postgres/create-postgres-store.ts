import { openPostgres } from '@emotibot/db'
import { indexEntities } from '../entities.ts'
import type { AnyEntity } from '../entity.ts'
import type { Store } from '../store.ts'
import { createPostgresApplier } from './applier.ts'
import { createPostgresAuthority } from './authority.ts'
import { createPostgresCopies } from './copies.ts'
import { findPostgresDrift } from './drift.ts'
import { createPostgresFeed } from './feed.ts'

export type PostgresStoreOptions = {
  readonly url: string
  readonly entities: readonly AnyEntity[]
  /** A row whose texts weigh more is set aside. */
  readonly maxRowBytes?: number
}

const MAX_ROW_BYTES = 8 * 1024 * 1024
/** Both feeds, a fence, a person asking. */
const CONNECTIONS = 6

/** Opens a service's database for the mover. `close` ends it. */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  const sql = openPostgres(options.url, { applicationName: 'emotibot-mover', max: CONNECTIONS })
  const entities = indexEntities(options.entities)
  return {
    side: 'service',
    feed: createPostgresFeed(sql, entities),
    applier: createPostgresApplier(sql, { entities, maxRowBytes: options.maxRowBytes ?? MAX_ROW_BYTES }),
    authority: createPostgresAuthority(sql),
    copies: createPostgresCopies(sql, entities),
    findDrift: () => findPostgresDrift(sql, entities),
    close: () => sql.end({ timeout: 5 }),
  }
}
