import { openPostgres, type Sql } from '@emotibot/db'
import Database from 'better-sqlite3'

export type Stores = { readonly file: string; readonly authUrl: string; readonly ledgerUrl: string }

const LEDGER = ['routes', 'flips', 'flip_moves', 'holds']
const STORE = ['authority', 'users', 'sessions']

/** Everything that a refused flip must leave as it was, row by row. */
export async function takePicture({ file, authUrl, ledgerUrl }: Stores): Promise<unknown> {
  const [ledger, service] = await Promise.all([rowsOf(ledgerUrl, LEDGER), rowsOf(authUrl, STORE)])
  return { ledger, service, monolith: fileRows(file, STORE) }
}

async function rowsOf(url: string, tables: readonly string[]): Promise<unknown> {
  const sql = openPostgres(url, { applicationName: 'picture', max: 1 })
  try {
    const rows: [string, string[]][] = []
    for (const table of tables) rows.push([table, await readTable(sql, table)])
    return Object.fromEntries(rows)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function readTable(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(table)} t order by 1`
  return rows.map(({ row }) => row)
}

function fileRows(file: string, tables: readonly string[]): unknown {
  const db = new Database(file, { readonly: true })
  try {
    return Object.fromEntries(
      tables.map((table) => [table, db.prepare(`select * from ${table} order by 1`).all()]),
    )
  } finally {
    db.close()
  }
}
