import type { Database } from 'better-sqlite3'
import { type Change, merge } from '../batch.ts'
import type { EntityKey } from '../entity.ts'
import type { SetAside } from '../store.ts'
import { newTicket } from '../ticket.ts'

type At = EntityKey & { readonly source: string }

const COLUMNS = 'source, entity, key, kind, epoch, partition, reason, attempts, ticket, since'
const WHERE = 'where source = ? and entity = ? and key = ?'

/** Changes that wait. Inside the transaction that applies. */
export type SetAsideRows = {
  get(at: At): SetAside | null
  add(at: At, change: Change, reason: string): void
  /** A later change of the same key: nothing to keep but that there is news. */
  refresh(waiting: SetAside, change: Change): void
  failAgain(waiting: SetAside, reason: string): void
  remove(at: At): void
  list(source: string, limit: number): SetAside[]
}

export function createSetAside(db: Database): SetAsideRows {
  const get = db.prepare<[string, string, string], SetAside>(`select ${COLUMNS} from set_aside ${WHERE}`)
  const insert = db.prepare(`insert into set_aside (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)`)
  const news = db.prepare(`update set_aside set kind = ?, epoch = ?, partition = ?, ticket = ? ${WHERE}`)
  const failed = db.prepare(`update set_aside set attempts = attempts + 1, reason = ?, ticket = ? ${WHERE}`)
  const remove = db.prepare(`delete from set_aside ${WHERE}`)
  const list = db.prepare<[string, number], SetAside>(
    `select ${COLUMNS} from set_aside where source = ? order by attempts, entity, key limit ?`,
  )
  return {
    get: ({ source, entity, key }) => get.get(source, entity, key) ?? null,
    add: ({ source, entity, key }, { kind, epoch, partition }, reason) => {
      insert.run(source, entity, key, kind, epoch, partition, reason, newTicket(), new Date().toISOString())
    },
    refresh: (waiting, change) => {
      const { kind, epoch, partition } = merge({ ...waiting, row: null }, change)
      news.run(kind, epoch, partition, newTicket(), waiting.source, waiting.entity, waiting.key)
    },
    failAgain: ({ source, entity, key }, reason) => {
      failed.run(reason, newTicket(), source, entity, key)
    },
    remove: ({ source, entity, key }) => {
      remove.run(source, entity, key)
    },
    list: (source, limit) => list.all(source, limit),
  }
}
