import type { WriteGroup } from '@emotibot/contracts'
import type { Database } from 'better-sqlite3'
import type { AuthorityRow } from '../authority.ts'
import { noAuthorityError } from '../errors.ts'
import { statementsOf } from './statements.ts'

export type AuthorityColumns = {
  write_group: WriteGroup
  epoch: number
  low: number
  high: number
  allow: string
  deny: string
}

export function readAuthority(db: Database, group: WriteGroup): AuthorityRow {
  const columns = statementsOf(db).readAuthority.get(group)
  if (!columns) throw noAuthorityError(group)
  return toAuthorityRow(columns)
}

export function writeAuthority(db: Database, { group, epoch, rule }: AuthorityRow): void {
  db.prepare(
    'update authority set epoch = ?, low = ?, high = ?, allow = ?, deny = ? where write_group = ?',
  ).run(epoch, rule.low, rule.high, JSON.stringify(rule.allow), JSON.stringify(rule.deny), group)
}

function toAuthorityRow({
  write_group: group,
  epoch,
  low,
  high,
  allow,
  deny,
}: AuthorityColumns): AuthorityRow {
  return { group, epoch, rule: { low, high, allow: namesIn(allow), deny: namesIn(deny) } }
}

const namesIn = (json: string): string[] => JSON.parse(json) as string[]
