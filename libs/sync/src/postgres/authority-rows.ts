import type { WriteGroup } from '@emotibot/contracts'
import type { AuthorityRow, FencedRow } from '../authority.ts'
import type { Rule } from '../rule.ts'

/** As the driver gives it: a bigint is text. */
export type AuthorityColumns = {
  write_group: WriteGroup
  epoch: string
  low: number
  high: number
  allow: string[]
  deny: string[]
}
export type FencedColumns = AuthorityColumns & { rule_before: Rule | null; flip: string | null }

export function toAuthorityRow({
  write_group,
  epoch,
  low,
  high,
  allow,
  deny,
}: AuthorityColumns): AuthorityRow {
  return { group: write_group, epoch: Number(epoch), rule: { low, high, allow, deny } }
}

export function toFencedRow(columns: FencedColumns): FencedRow {
  return { ...toAuthorityRow(columns), before: columns.rule_before, flip: columns.flip }
}

/** The text whose hash is a group's lock. */
export const lockName = (group: WriteGroup): string => `emotibot group ${group}`
