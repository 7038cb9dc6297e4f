import { migrate, type Sql } from '@emotibot/db'
import { forgetLostReplicas, LEDGER_CHANNEL, ledgerSteps } from '@emotibot/flags'

/** Brings a ledger, perhaps an empty database, up to date, and asks to be told of every change. */
export async function prepareLedger(sql: Sql, onChange: () => void): Promise<void> {
  await migrate(sql, ledgerSteps)
  await forgetLostReplicas(sql)
  await sql.listen(LEDGER_CHANNEL, onChange)
}
