import { carveOutFacts, type Gates, readDataFlips } from '@emotibot/flags'
import type { ControlContext } from './context.ts'
import { LedgerDownError } from './errors.ts'

/** Everything a plan is judged by, looked up now. */
export async function currentGates({ ledger, monitor, mover, upstreams }: ControlContext): Promise<Gates> {
  const [view] = await Promise.all([mover.look(), ledger.pulse(), monitor.look()])
  const { snapshot } = ledger
  if (snapshot === null || !ledger.isUp) throw new LedgerDownError()
  const services = new Map(
    [...upstreams.services].map(([domain, upstream]) => [domain, monitor.factsOf(upstream)] as const),
  )
  return { snapshot, services, carveOuts: carveOutFacts(view, await readDataFlips(ledger.sqlOrThrow)) }
}
