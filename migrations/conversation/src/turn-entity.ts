import { readStorable } from '@emotibot/contracts'
import { type Entity, keyOf, readText } from '@emotibot/sync'
import { legacyTurns } from './legacy-turns.ts'
import { messageRows } from './message-rows.ts'
import { type LegacyTurnRow, type ServiceTurn, turnLens } from './turn-lens.ts'

/** One row there, two messages here. A turn of nobody is in no conversation, and travels all the same. */
export const turnEntity: Entity<LegacyTurnRow, ServiceTurn> = {
  name: 'turn',
  group: 'conversation',
  monolith: legacyTurns,
  service: messageRows,
  ...turnLens,
  partitionOf: {
    monolith: ({ owner_key: owner }) => (owner === null ? '' : readText(owner)),
    service: ({ owner_key: owner }) => readStorable(owner),
  },
  parentsOf: {
    monolith: ({ thread_id: id }) => (id === null ? [] : [parent(keyOf(id))]),
    service: ({ conversation_id: id }) => (id === null ? [] : [parent(readStorable(id))]),
  },
}

const parent = (key: string) => ({ entity: 'conversation', key })
