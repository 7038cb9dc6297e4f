import type { WriteGroup } from '@emotibot/contracts'
import type { Database } from 'better-sqlite3'
import type { AuthorityRow, FencedRow } from '../authority.ts'
import { noAuthorityError } from '../errors.ts'
import type { Rule } from '../rule.ts'
import { statementsOf } from './statements.ts'

export type AuthorityColumns = {
  write_group: WriteGroup
  epoch: number
  low: number
  high: number
  allow: string
  deny: string
}
type FencedColumns = AuthorityColumns & { rule_before: string | null; flip: string | null }

export function readAuthority(db: Database, group: WriteGroup): AuthorityRow {
  const columns = statementsOf(db).readAuthority.get(group)
  if (!columns) throw noAuthorityError(group)
  return toAuthorityRow(columns)
}

/** Of one statement, hence of one moment; in the order of `groups`. */
export function readFenced(db: Database, groups: readonly WriteGroup[]): FencedRow[] {
  const rows = db
    .prepare<[string], FencedColumns>(
      `select write_group, epoch, low, high, allow, deny, rule_before, flip from authority
       where write_group in (select value from json_each(?))`,
    )
    .all(JSON.stringify(groups))
  return groups.map((group) => {
    const columns = rows.find(({ write_group }) => write_group === group)
    if (!columns) throw noAuthorityError(group)
    const { rule_before: before, flip } = columns
    return { ...toAuthorityRow(columns), before: before === null ? null : (JSON.parse(before) as Rule), flip }
  })
}

export function writeAuthority(db: Database, { group, epoch, rule, before, flip }: FencedRow): void {
  db.prepare(
    `update authority set epoch = ?, low = ?, high = ?, allow = ?, deny = ?, rule_before = ?, flip = ?
     where write_group = ?`,
  ).run(
    epoch,
    rule.low,
    rule.high,
    JSON.stringify(rule.allow),
    JSON.stringify(rule.deny),
    before && JSON.stringify(before),
    flip,
    group,
  )
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
