// Ownership moving between sides at random, by the fence primitives, in the order a driver has to use:
//
//   source gives up at epoch+1 → its position → the destination has applied it → destination opens at epoch+1
//   … or, past its time: destination closes at epoch+2 → source opens again at epoch+2
import { BUCKETS } from '@emotibot/contracts'
import type { Rule } from '../rule.ts'
import { waitUntilApplied } from '../wait-until-applied.ts'
import type { TwoSides } from './two-sides.ts'

const PATIENT = { lockWithinMs: 5_000 }

type Flip = { readonly share: number; readonly isAbandoned: boolean; readonly wake: () => void }

const serviceRule = (share: number): Rule => ({ low: 0, high: share, allow: [], deny: [] })
const monolithRule = (share: number): Rule => ({ low: share, high: BUCKETS, allow: [], deny: [] })

/** Moves the service's share; an abandoned flip leaves it as it was. */
export async function flip(sides: TwoSides, { share, isAbandoned, wake }: Flip): Promise<void> {
  const [here, there] = await Promise.all([
    sides.monolith.authority.read('auth'),
    sides.service.authority.read('auth'),
  ])
  const isForward = share > there.rule.high
  const [from, to] = isForward ? (['monolith', 'service'] as const) : (['service', 'monolith'] as const)
  const rules = { monolith: monolithRule(share), service: serviceRule(share) }
  const before = { monolith: here, service: there }
  const epoch = Math.max(here.epoch, there.epoch) + 1
  const given = await sides[from].authority.fence(
    [{ group: 'auth', kind: 'giveUp', fromEpoch: before[from].epoch, epoch, rule: rules[from] }],
    PATIENT,
  )
  if (given.outcome !== 'done') throw new Error(`giving up: ${JSON.stringify(given)}`)
  const { position } = given
  const source = { name: from, store: sides[from] }
  const isThere = await waitUntilApplied({ source, destination: sides[to], position, withinMs: 10_000, wake })
  if (!isThere) throw new Error(`${to} has not applied ${JSON.stringify(position)}`)
  if (isAbandoned) return abandon(sides, { from, to, before, epoch })
  const opened = await sides[to].authority.fence(
    [{ group: 'auth', kind: 'open', fromEpoch: before[to].epoch, epoch, rule: rules[to] }],
    PATIENT,
  )
  if (opened.outcome !== 'done') throw new Error(`opening: ${JSON.stringify(opened)}`)
}

type Abandoned = {
  readonly from: 'monolith' | 'service'
  readonly to: 'monolith' | 'service'
  readonly before: Record<'monolith' | 'service', { readonly epoch: number; readonly rule: Rule }>
  readonly epoch: number
}

async function abandon(sides: TwoSides, { from, to, before, epoch }: Abandoned): Promise<void> {
  const closing = { group: 'auth', kind: 'close', fromEpoch: before[to].epoch, epoch: epoch + 1 } as const
  const closed = await sides[to].authority.fence([closing], PATIENT)
  if (closed.outcome !== 'done') throw new Error(`closing: ${JSON.stringify(closed)}`)
  const opening = {
    group: 'auth',
    kind: 'open',
    fromEpoch: epoch,
    epoch: epoch + 1,
    rule: before[from].rule,
  } as const
  const opened = await sides[from].authority.fence([opening], PATIENT)
  if (opened.outcome !== 'done') throw new Error(`opening again: ${JSON.stringify(opened)}`)
}
