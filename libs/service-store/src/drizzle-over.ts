import type { Sql, TransactionSql } from '@emotibot/db'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'

/**
 * drizzle over the driver, or over one transaction of it. Every statement is prepared: the server plans a text once a
 * connection, and it takes one round trip. drizzle alone has each planned anew, which takes two.
 */
export function drizzleOver(sql: Sql | TransactionSql, { options }: Sql): PostgresJsDatabase {
  const unsafe: Sql['unsafe'] = (text, values) => sql.unsafe(text, values, { prepare: true })
  // All that drizzle asks of a client, as long as nobody begins a transaction by it.
  return drizzle({ client: { options, unsafe } as Sql })
}
