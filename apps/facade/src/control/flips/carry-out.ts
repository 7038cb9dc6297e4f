import type { Plan, Receipt, Refusal } from '@emotibot/contracts'
import {
  addAuditEntry,
  applyFlip,
  type FlipToApply,
  keepAcknowledgements,
  type Planned,
  readReceipt,
  readVersion,
  summaryOf,
} from '@emotibot/flags'
import type { ControlContext } from '../context.ts'
import { LedgerDownError, RefusedError } from '../errors.ts'
import { OutcomeUnknownError } from '../mover/errors.ts'
import { waitForReplicas } from './acknowledgements.ts'
import { committing } from './committing.ts'
import { moveData, type Outcome } from './move-data.ts'

export type Order = {
  readonly kind: FlipToApply['kind']
  readonly by: string
  readonly why: string | null
  readonly isForced: boolean
}

/** Does what was planned: recorded, followed by every live replica, and answered with its receipt. */
export async function carryOut(planned: Planned, order: Order, context: ControlContext): Promise<Receipt> {
  const { plan } = planned
  const standing = plan.refused.filter(({ kind }) => kind !== 'evidence' || !order.isForced)
  if (standing.length > 0) return refuse({ ...plan, refused: standing }, order, context)
  const startedAtMs = performance.now()
  const flip = { ...planned, ...order, alsoMoves: plan.also_moves }
  const outcome = planned.movesData ? await moveData(flip, context) : await moveRoutes(flip, context)
  if (!outcome.isDone) return refuseOutcome(outcome, plan, order, context)
  const receipt = await completeReceipt(outcome.flip, startedAtMs, context)
  context.logger.info({ flip: receipt.flip, by: order.by, moves: summaryOf(planned) }, 'flipped')
  return receipt
}

/** Without data, routes move in one transaction of the ledger. */
async function moveRoutes(flip: FlipToApply, { ledger }: ControlContext): Promise<Outcome> {
  const applied = await committing('the flip', applyFlip(ledger.sqlOrThrow, flip))
  if (applied.isApplied) return { isDone: true, flip: applied.flip }
  return { isDone: false, flip: null, reasons: applied.reasons }
}

/** What is done is never answered as if it were not, whatever happens to its receipt. */
async function completeReceipt(
  flip: string,
  startedAtMs: number,
  { ledger }: ControlContext,
): Promise<Receipt> {
  try {
    const sql = ledger.sqlOrThrow
    const replicas = await waitForReplicas(ledger, { version: await readVersion(sql), startedAtMs })
    await keepAcknowledgements(sql, flip, replicas)
    const receipt = await readReceipt(sql, flip)
    if (receipt === null) throw new LedgerDownError()
    return receipt
  } catch (cause) {
    throw new OutcomeUnknownError(`${flip} is done, and its receipt cannot be read now.`, { cause })
  }
}

type NotDone = Extract<Outcome, { isDone: false }>

/** What was ordered and abandoned is in the audit already. */
function refuseOutcome(
  { flip, reasons }: NotDone,
  plan: Plan,
  order: Order,
  context: ControlContext,
): Promise<never> {
  const refused = { ...plan, refused: reasons.map(asRefusal) }
  return flip === null ? refuse(refused, order, context) : Promise.reject(new RefusedError(refused))
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
