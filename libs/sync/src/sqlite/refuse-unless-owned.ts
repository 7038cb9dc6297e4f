import type { Database } from 'better-sqlite3'
import { StaleEpochError } from '../errors.ts'
import { owns } from '../rule.ts'
import { readAuthority } from './authority-rows.ts'
import type { WriteScope } from './open-write.ts'

/**
 * Throws StaleEpochError when this store does not own the partition at this moment. Outside a transaction it promises
 * nothing for the next moment: it is for refusing early what `openWrite` would refuse after dear work.
 */
export function refuseSqliteUnlessOwned(db: Database, { group, partition }: WriteScope): void {
  const row = readAuthority(db, group)
  if (!owns(row.rule, partition)) throw new StaleEpochError(row, partition)
}
