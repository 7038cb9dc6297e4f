import { randomBytes } from 'node:crypto'
import type { FlipRequest, RollbackRequest } from '@emotibot/contracts'
import {
  type Gates,
  type Planned,
  planFlip,
  planRollback,
  planRollbackOfAll,
  planUndo,
  readLaterFlips,
  readReceipt,
  type UnknownNames,
  VALID_NAMES,
} from '@emotibot/flags'
import { ApiError } from '@emotibot/service-kit'
import type { ControlContext } from '../context.ts'
import { ControlError } from '../errors.ts'
import { currentGates } from '../gates.ts'

const planId = (): string => `p-${randomBytes(4).toString('hex')}`

export async function makePlan(request: FlipRequest, context: ControlContext): Promise<Planned> {
  return knownOrThrow(planFlip({ ...request, id: planId() }, await currentGates(context)))
}

export async function makeRollbackPlan(request: RollbackRequest, context: ControlContext): Promise<Planned> {
  const { names, all, flip } = request
  if ([names, all || undefined, flip].filter((each) => each !== undefined).length !== 1)
    throw new ApiError(
      'BAD_REQUEST',
      'A roll back names routes or domains, or one flip, or says all: exactly one of them.',
    )
  const gates = await currentGates(context)
  if (names) return knownOrThrow(planRollback(names, planId(), gates))
  return flip === undefined ? planRollbackOfAll(planId(), gates) : planUndoOf(flip, context, gates)
}

async function planUndoOf(flip: string, { ledger }: ControlContext, gates: Gates): Promise<Planned> {
  const sql = ledger.sqlOrThrow
  const receipt = await readReceipt(sql, flip)
  if (receipt === null)
    throw new ControlError('UNKNOWN_NAME', `There is no flip ${flip}. ./fig audit lists them.`)
  return planUndo({ receipt, laterFlips: await readLaterFlips(sql, flip) }, planId(), gates)
}

function knownOrThrow(outcome: Planned | UnknownNames): Planned {
  if (!('unknown' in outcome)) return outcome
  const names = outcome.unknown.map((name) => `"${name}"`).join(', ')
  throw new ControlError(
    'UNKNOWN_NAME',
    `No route or domain is called ${names}. There are: ${VALID_NAMES.join(', ')}.`,
  )
}
