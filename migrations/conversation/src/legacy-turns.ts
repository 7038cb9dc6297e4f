import {
  deleteRow,
  type LegacyValue,
  readByKeys,
  readText,
  type SqliteRows,
  upsertLegacyRow,
} from '@emotibot/sync'
import { monolithTables } from './tables.ts'
import { docidOf, indexTurn, unindexTurn } from './turn-index.ts'
import type { LegacyTurnRow } from './turn-lens.ts'

const table = monolithTables.turns
const mapped = table.columns.filter((column) => column !== 'docid')
const query = {
  text: `select ${mapped.join(', ')} from conversations where id in (:keys)`,
  keyColumns: table.keyColumns,
}

/** Turns in the monolith's file, found by its search as if the monolith had written them. */
export const legacyTurns: SqliteRows<LegacyTurnRow> = {
  tables: [table],
  read: (db, keys) => readByKeys(db, query, keys),
  write(db, key, row) {
    if (row === null) {
      unindexTurn(db, key)
      deleteRow(table, db, { id: key })
      return
    }
    const docid = docidOf(db, key)
    upsertLegacyRow(table, db, { ...row, docid })
    indexTurn(db, docid, {
      userId: textOf(row.user_id),
      userMessage: textOf(row.user_message),
      botMessage: textOf(row.bot_message),
    })
  },
}

const textOf = (value: LegacyValue): string | null => (value === null ? null : readText(value))
