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
