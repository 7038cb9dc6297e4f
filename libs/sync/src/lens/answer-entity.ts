import type { WriteGroup } from '@emotibot/contracts'
import type { Entity, FeedTable } from '../entity.ts'
import { createPlainEntity } from './plain-entity.ts'
import type { PlainLegacyRow, PlainServiceRow } from './plain-lens.ts'

const COLUMNS = {
  user_id: 'exact',
  key: 'exact',
  write_group: 'exact',
  partition: 'exact',
  route: 'exact',
  body_hash: 'exact',
  status: 'whole',
  answer: 'exact',
  created_at_ms: 'whole',
} as const

export type LegacyAnswer = PlainLegacyRow<typeof COLUMNS>
export type ServiceAnswer = PlainServiceRow<typeof COLUMNS>

type AnswersTable = {
  readonly table: string
  readonly group: WriteGroup
  readonly claimGroup?: WriteGroup
}

/** The table of a group's kept answers: the same on both sides. A key may come again once its answer is forgotten. */
export function answersFeed<const Table extends AnswersTable>(table: Table) {
  return {
    ...table,
    entity: entityOf(table.group),
    keyColumns: ['user_id', 'key'],
    leavesTombstone: false,
    columns: Object.keys(COLUMNS),
  } as const satisfies FeedTable
}

/** A name in a feed is one domain's alone; auth's is older than the others'. */
function entityOf(group: WriteGroup): string {
  return group === 'auth' ? 'answer' : `${group}_answer`
}

/** What the first try of a keyed write was answered, so that a retry at the new owner is answered the same. */
export function createAnswerEntity(table: FeedTable): Entity<LegacyAnswer, ServiceAnswer> {
  return createPlainEntity({ monolith: table, service: table, columns: COLUMNS, owner: 'partition' })
}
