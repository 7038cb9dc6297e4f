import type { WriteGroup } from '@emotibot/contracts'
import { bigint, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/** A domain's kept answers, as queries see them. An answer commits with the effect it told of. */
export function answersTable(name: string) {
  const columns = {
    userId: text('user_id').notNull(),
    key: text('key').notNull(),
    writeGroup: text('write_group').$type<WriteGroup>().notNull(),
    partition: text('partition').notNull(),
    route: text('route').notNull(),
    bodyHash: text('body_hash').notNull(),
    status: integer('status').notNull(),
    answer: text('answer').notNull(),
    createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
  }
  return pgTable(name, columns, (table) => [primaryKey({ columns: [table.userId, table.key] })])
}

export type AnswersTable = ReturnType<typeof answersTable>

/** Makes the table. For a step of a migration: the text never changes, for databases remember it. */
export function answersTableSql(name: string): string {
  return `
create table ${name} (
  user_id text not null collate "C",
  key text not null collate "C",
  write_group text not null,
  partition text not null,
  route text not null,
  body_hash text not null,
  status integer not null,
  answer text not null,
  created_at_ms bigint not null,
  primary key (user_id, key)
);
create index ${name}_by_age on ${name} (created_at_ms);
create index ${name}_by_partition on ${name} (partition);`
}
