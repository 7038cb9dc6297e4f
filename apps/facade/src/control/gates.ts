import type { Gates } from '@emotibot/flags'
import type { ControlContext } from './context.ts'
import { LedgerDownError } from './errors.ts'

/** Everything a plan is judged by, looked up now. */
export async function currentGates({ ledger, monitor, upstreams }: ControlContext): Promise<Gates> {
  await Promise.all([ledger.pulse(), monitor.look()])
  const { snapshot } = ledger
  if (snapshot === null || !ledger.isUp) throw new LedgerDownError()
  const services = new Map(
    [...upstreams.services].map(([domain, upstream]) => [domain, monitor.factsOf(upstream)] as const),
  )
  return { snapshot, services }
}
