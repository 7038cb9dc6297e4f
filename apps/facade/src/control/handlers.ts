import { readAudit, setFrozen } from '@emotibot/flags'
import type { ControlHandlers } from './control-call.ts'
import { listDeadLetters, replayDeadLetters } from './dead-letters/dead-letters.ts'
import { abort } from './flips/abort.ts'
import { carryOut } from './flips/carry-out.ts'
import { makePlan, makeRollbackPlan } from './flips/plans.ts'
import { receiptOf } from './flips/receipt-of.ts'
import { carveOutsOf } from './mover/describe.ts'
import { backfill, settle, verify } from './mover/orders.ts'
import { currentStatus } from './status.ts'
import { explain } from './why.ts'

const AUDIT_ENTRIES = 50

/** What the control API does, operation by operation. */
export const handlers: ControlHandlers = {
  status: async ({ context }) => {
    await Promise.all([context.mover.look(), context.monitor.look()])
    return currentStatus(context)
  },

  plan: async ({ body, context }) => (await makePlan(body, context)).plan,

  flip: async ({ body, operator, context }) => {
    const { why = null, force: isForced = false } = body
    return carryOut(
      await makePlan(body, context),
      { kind: 'flip', by: operator.name, why, isForced },
      context,
    )
  },

  flipOf: ({ params: { flip }, context }) => receiptOf(flip, context),

  abort: ({ params: { flip }, body: { why = null }, operator, context }) =>
    abort({ flip, by: operator.name, why }, context),

  rollback: async ({ body, operator, context }) => {
    const order = { kind: 'rollback', by: operator.name, why: body.why ?? null, isForced: false } as const
    return carryOut(await makeRollbackPlan(body, context), order, context)
  },

  freeze: async ({ body: { frozen, why = null }, operator, context: { ledger } }) => {
    await setFrozen(ledger.sqlOrThrow, { isFrozen: frozen, by: operator.name, why })
    await ledger.pulse()
    return { is_frozen: frozen }
  },

  carveOuts: async ({ context: { mover } }) => carveOutsOf(await mover.look()),

  backfill: ({ params: { domain }, body: { why = null }, operator, context }) =>
    backfill({ domain, by: operator.name, why }, context),

  verify: ({ params: { domain }, body: { repair = false, why = null }, operator, context }) =>
    verify({ domain, by: operator.name, why }, repair, context),

  settle: ({ params: { domain }, body: { conflicts = {}, why = null }, operator, context }) =>
    settle({ domain, by: operator.name, why }, conflicts, context),

  deadLetters: ({ context }) => listDeadLetters(context),

  replayDeadLetters: ({ body: { dead_letters, why = null }, operator, context }) =>
    replayDeadLetters(dead_letters, { by: operator.name, why }, context),

  audit: async ({ query: { limit = AUDIT_ENTRIES }, context }) => ({
    entries: await readAudit(context.ledger.sqlOrThrow, limit),
  }),

  why: ({ query: { user, route }, context }) => explain(user, route, context),

  watch: ({ reply, watchers }) => watchers.add(reply),
}
