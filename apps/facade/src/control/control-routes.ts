import {
  type ControlKey,
  type ControlRoute,
  controlRoutes,
  type FlipRequest,
  type RollbackRequest,
} from '@emotibot/contracts'
import { readAudit, readReceipt, setFrozen } from '@emotibot/flags'
import { ApiError } from '@emotibot/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { carryOut } from './carry-out.ts'
import type { ControlContext } from './context.ts'
import type { Operator } from './operators.ts'
import { makePlan, makeRollbackPlan } from './plans.ts'
import { currentStatus } from './status.ts'
import type { Watchers } from './watchers.ts'
import { explain } from './why.ts'

/** One call of the control API; body, query and params were checked by the contract's schemas. */
export type ControlCall = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly operator: Operator
  readonly context: ControlContext
  readonly watchers: Watchers
}
export type ControlHandler = (call: ControlCall) => unknown

export const controlHandlers: Readonly<Record<ControlKey, ControlHandler>> = {
  status: ({ context }) => currentStatus(context),

  plan: async ({ request, context }) => (await makePlan(request.body as FlipRequest, context)).plan,

  flip: async ({ request, operator, context }) => {
    const wanted = request.body as FlipRequest
    const order = {
      kind: 'flip',
      by: operator.name,
      why: wanted.why ?? null,
      isForced: wanted.force ?? false,
    } as const
    return carryOut(await makePlan(wanted, context), order, context)
  },

  flipOf: async ({ request, context }) => {
    const { flip } = request.params as { flip: string }
    const receipt = await readReceipt(context.ledger.sqlOrThrow, flip)
    if (receipt === null) throw new ApiError('NOT_FOUND', `There is no flip ${flip.slice(0, 64)}.`)
    return receipt
  },

  rollback: async ({ request, operator, context }) => {
    const wanted = request.body as RollbackRequest
    const order = { kind: 'rollback', by: operator.name, why: wanted.why ?? null, isForced: false } as const
    return carryOut(await makeRollbackPlan(wanted, context), order, context)
  },

  freeze: async ({ request, operator, context: { ledger } }) => {
    const { frozen, why } = request.body as { frozen: boolean; why?: string }
    await setFrozen(ledger.sqlOrThrow, { isFrozen: frozen, by: operator.name, why: why ?? null })
    await ledger.pulse()
    return { is_frozen: frozen }
  },

  audit: async ({ request, context }) => {
    const { limit } = request.query as { limit: number }
    return { entries: await readAudit(context.ledger.sqlOrThrow, limit) }
  },

  why: ({ request, context }) => {
    const { user, route } = request.query as { user: string; route: string }
    return explain(user, route, context)
  },

  watch: ({ reply, watchers }) => watchers.add(reply),
}

export const listedControlRoutes = Object.entries(controlRoutes) as [ControlKey, ControlRoute][]
