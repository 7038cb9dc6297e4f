import { type CarveOutStatus, type SeenConflicts, Settled, type SettledCarveOut } from '@emotibot/contracts'
import Value from 'typebox/value'
import type { ControlContext } from '../context.ts'
import { carveOutOf, commandCarveOut } from './command.ts'
import { OutcomeUnknownError } from './errors.ts'

type Ordered = { readonly domain: string; readonly by: string; readonly why: string | null }

/** Begins the first copy. */
export async function backfill(order: Ordered, context: ControlContext): Promise<CarveOutStatus> {
  await commandCarveOut({ ...order, command: 'backfill', action: 'backfill' }, context)
  return carveOutOf(order.domain, context)
}

/** Begins to compare; the status tells how far it is, and what was found. */
export async function verify(
  order: Ordered,
  repair: boolean,
  context: ControlContext,
): Promise<CarveOutStatus> {
  const query = { repair: String(repair) }
  await commandCarveOut({ ...order, command: 'verify', query, action: repair ? 'repair' : null }, context)
  return carveOutOf(order.domain, context)
}

/** Lets stopped feeds go on, has what is set aside tried once more, and dismisses the conflicts that were looked at. */
export async function settle(
  order: Ordered,
  conflicts: SeenConflicts,
  context: ControlContext,
): Promise<SettledCarveOut> {
  await commandCarveOut({ ...order, command: 'resume', action: null }, context)
  const seen = Object.entries(conflicts).filter(([, ids]) => ids.length > 0)
  const query = Object.fromEntries(seen.map(([side, ids]) => [side, ids.join(',')]))
  const detail = seen.map(([side, ids]) => `, conflicts ${ids.join(', ')} at the ${side} dismissed`).join('')
  const settled = await commandCarveOut(
    { ...order, command: 'settle', query, detail, action: 'settle' },
    context,
  )
  if (!Value.Check(Settled, settled)) throw new OutcomeUnknownError('The mover does not say what it settled.')
  return { ...settled, carve_out: await carveOutOf(order.domain, context) }
}
