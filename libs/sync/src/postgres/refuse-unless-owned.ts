import { noAuthorityError, StaleEpochError } from '../errors.ts'
import { owns } from '../rule.ts'
import { type AuthorityColumns, toAuthorityRow } from './authority-rows.ts'
import type { PostgresWriteScope } from './open-write.ts'
import type { SqlTag } from './sql-tag.ts'

/**
 * Throws StaleEpochError when this store does not own the partition at this moment. It takes no lock and promises
 * nothing for the next moment: it is for refusing early what `openPostgresWrite` would refuse after dear work.
 */
export async function refuseUnlessOwned(
  sql: SqlTag,
  { group, partition }: Omit<PostgresWriteScope, 'lock'>,
): Promise<void> {
  const [columns] = await sql`
    select write_group, epoch::text as epoch, low, high, to_json(allow) as allow, to_json(deny) as deny
    from authority where write_group = ${group}`
  if (!columns) throw noAuthorityError(group)
  const row = toAuthorityRow(columns as AuthorityColumns)
  if (!owns(row.rule, partition)) throw new StaleEpochError(row, partition)
}
