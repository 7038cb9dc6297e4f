import type { Domain } from '@emotibot/contracts'
import type { Place } from '@emotibot/sync'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What libs/sync keeps in the file, as far as this application looks at it. It writes none of it. */

/** Every change of a table that has a feed, of whichever side's making. */
export const feed = sqliteTable('feed', {
  seq: integer('seq').primaryKey(),
  origin: text('origin').$type<'monolith' | 'service'>().notNull(),
  entity: text('entity').notNull(),
  key: text('key').notNull(),
  /** The folded username. */
  partition: text('partition'),
})

/** What was deleted for good, on whichever side. */
export const tombstones = sqliteTable('tombstones', {
  entity: text('entity').$type<'user' | 'session'>().notNull(),
  key: text('key').notNull(),
})

/** This file's own id. */
export const storeTable = sqliteTable('store', { id: text('id').notNull() })

/** How far the file has come in each service's feed. */
export const places = sqliteTable('places', {
  /** The domain whose service it is, as the mover calls it. */
  source: text('source').$type<Domain>().primaryKey(),
  place: text('place', { mode: 'json' }).$type<Place>().notNull(),
})
