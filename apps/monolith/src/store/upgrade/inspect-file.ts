import type { Database } from 'better-sqlite3'
import { StoreFileError } from '../errors.ts'
import { REQUIRED_COLUMNS } from './schema.ts'

/** The version of the schema this code writes, kept in `PRAGMA user_version`. */
export const SCHEMA_VERSION = 4
const KIND_OF_VERSION = {
  0: 'legacy',
  1: 'unfed',
  2: 'accountsFed',
  3: 'authFed',
  [SCHEMA_VERSION]: 'current',
} as const

/**
 * `new`: nothing in it. `legacy`: of the first EmotiBot. `unfed`: ours, without feeds. `accountsFed`: ours, with a feed of
 * accounts but not of kept answers. `authFed`: with a feed of all that is auth's. `current`: ours.
 */
export type FileKind = 'new' | (typeof KIND_OF_VERSION)[keyof typeof KIND_OF_VERSION]

/** Says what a file is, by reading only. Throws StoreFileError when it is not an EmotiBot's, or is damaged. */
export function inspectFile(connection: Database, file: string): FileKind {
  const tables = readOrThrow(connection, file)
  if (tables.length === 0) return 'new'
  for (const [table, required] of Object.entries(REQUIRED_COLUMNS)) {
    if (!tables.includes(table)) throw new StoreFileError(file, `it has no table "${table}".`)
    const columns = columnsOf(connection, table)
    const missing = required.filter((column) => !columns.includes(column))
    if (missing.length > 0)
      throw new StoreFileError(file, `its table "${table}" lacks ${missing.join(', ')}.`)
  }
  return kindByVersion(connection, file)
}

/** The columns a table has, in lower case as SQLite compares them. */
export function columnsOf(connection: Database, table: string): string[] {
  const rows = connection
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
    .all(table)
  return rows.map(({ name }) => name.toLowerCase())
}

function readOrThrow(connection: Database, file: string): string[] {
  try {
    const health = connection.pragma('quick_check(1)', { simple: true })
    if (health !== 'ok') throw new StoreFileError(file, `it is damaged (${String(health)}).`)
    const rows = connection
      .prepare<[], { name: string }>(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      )
      .all()
    return rows.map(({ name }) => name.toLowerCase())
  } catch (cause) {
    if (cause instanceof StoreFileError) throw cause
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new StoreFileError(file, `SQLite says "${said}".`, { cause })
  }
}

function kindByVersion(connection: Database, file: string): FileKind {
  const version = Number(connection.pragma('user_version', { simple: true }))
  const known: Readonly<Record<number, FileKind>> = KIND_OF_VERSION
  const kind = known[version]
  if (kind) return kind
  throw new StoreFileError(
    file,
    `its schema is version ${version}, and this EmotiBot knows ${SCHEMA_VERSION}.`,
  )
}
