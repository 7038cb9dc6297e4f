import type { Plan, Receipt, Refusal } from '@emotibot/contracts'
import {
  addAuditEntry,
  applyFlip,
  type FlipToApply,
  keepAcknowledgements,
  type Planned,
  readReceipt,
  summaryOf,
} from '@emotibot/flags'
import { waitForReplicas } from './acknowledgements.ts'
import type { ControlContext } from './context.ts'
import { LedgerDownError, RefusedError } from './errors.ts'

export type Order = {
  readonly kind: FlipToApply['kind']
  readonly by: string
  readonly why: string | null
  readonly isForced: boolean
}

/** Does what was planned: recorded, followed by every live replica, and answered with its receipt. */
export async function carryOut(planned: Planned, order: Order, context: ControlContext): Promise<Receipt> {
  const standing = planned.plan.refused.filter(({ kind }) => kind !== 'evidence' || !order.isForced)
  if (standing.length > 0) return refuse({ ...planned.plan, refused: standing }, order, context)
  const { ledger } = context
  const startedAtMs = performance.now()
  const outcome = await applyFlip(ledger.sqlOrThrow, {
    ...planned,
    ...order,
    alsoMoves: planned.plan.also_moves,
  })
  if (!outcome.isApplied)
    return refuse({ ...planned.plan, refused: outcome.reasons.map(asRefusal) }, order, context)
  const replicas = await waitForReplicas(ledger, { version: outcome.version, startedAtMs })
  await keepAcknowledgements(ledger.sqlOrThrow, outcome.flip, replicas)
  const receipt = await readReceipt(ledger.sqlOrThrow, outcome.flip)
  if (receipt === null) throw new LedgerDownError()
  context.logger.info({ flip: receipt.flip, by: order.by, moves: summaryOf(planned) }, 'flipped')
  return receipt
}

const asRefusal = (message: string): Refusal => ({
  kind: 'safety',
  message: `${message}.`,
  next: './fig status',
})

/** A refusal is audited too: who tried what, and why it was not done. */
async function refuse(plan: Plan, { kind, by, why }: Order, context: ControlContext): Promise<never> {
  const wanted = summaryOf(plan) || 'nothing'
  const reasons = plan.refused.map(({ message }) => message).join(' ')
  const summary = `${kind} of ${wanted} refused: ${reasons}`
  await addAuditEntry(context.ledger.sqlOrThrow, { by, action: 'refused', flip: null, summary, why })
  throw new RefusedError(plan)
}
