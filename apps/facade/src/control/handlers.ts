import { readAudit, readReceipt, setFrozen } from '@emotibot/flags'
import { ApiError } from '@emotibot/service-kit'
import { carryOut } from './carry-out.ts'
import type { ControlHandlers } from './control-call.ts'
import { makePlan, makeRollbackPlan } from './plans.ts'
import { currentStatus } from './status.ts'
import { explain } from './why.ts'

const AUDIT_ENTRIES = 50

/** What the control API does, operation by operation. */
export const handlers: ControlHandlers = {
  status: ({ context }) => currentStatus(context),

  plan: async ({ body, context }) => (await makePlan(body, context)).plan,

  flip: async ({ body, operator, context }) => {
    const { why = null, force: isForced = false } = body
    return carryOut(
      await makePlan(body, context),
      { kind: 'flip', by: operator.name, why, isForced },
      context,
    )
  },

  flipOf: async ({ params: { flip }, context }) => {
    const receipt = await readReceipt(context.ledger.sqlOrThrow, flip)
    if (receipt === null) throw new ApiError('NOT_FOUND', `There is no flip ${flip}. ./fig audit lists them.`)
    return receipt
  },

  rollback: async ({ body, operator, context }) => {
    const order = { kind: 'rollback', by: operator.name, why: body.why ?? null, isForced: false } as const
    return carryOut(await makeRollbackPlan(body, context), order, context)
  },

  freeze: async ({ body: { frozen, why = null }, operator, context: { ledger } }) => {
    await setFrozen(ledger.sqlOrThrow, { isFrozen: frozen, by: operator.name, why })
    await ledger.pulse()
    return { is_frozen: frozen }
  },

  audit: async ({ query: { limit = AUDIT_ENTRIES }, context }) => ({
    entries: await readAudit(context.ledger.sqlOrThrow, limit),
  }),

  why: ({ query: { user, route }, context }) => explain(user, route, context),

  watch: ({ reply, watchers }) => watchers.add(reply),
}
