// What a flip in the ledger means for the stores of one domain.
import { routeList, type WriteGroup } from '@emotibot/contracts'
import type { Hold, OpenFlip } from '@emotibot/flags'
import { type AnyEntity, type FlipToCross, type GroupRows, type Span, stateOf } from '@emotibot/sync'

/** Groups whose tables are carved out. `homes`: those that own rows, beside groups that only add some. */
export type CarvedGroups = {
  readonly domain: string
  readonly all: readonly WriteGroup[]
  readonly homes: readonly WriteGroup[]
}

export function carvedGroups(domain: string, entities: readonly AnyEntity[]): CarvedGroups {
  const homes = [...new Set(entities.map(({ group }) => group))]
  const claims = entities.flatMap(({ monolith }) => monolith.tables.map(({ claimGroup }) => claimGroup))
  const all = [...new Set([...homes, ...claims.filter((group) => group !== undefined)])]
  return { domain, all, homes }
}

/** Where each group of the domain is to be; empty when the flip is of other domains. */
export function targetsOf({ moves }: OpenFlip, { all }: CarvedGroups): FlipToCross['targets'] {
  return all.flatMap((group) => {
    const routes = routeList.filter((route) => route.group === group).map(({ key }) => key)
    const ofGroup = moves.filter(({ route }) => routes.some((key) => key === route))
    const [first] = ofGroup
    if (!first) return []
    return [{ group, share: first.to.share, epoch: Math.max(...ofGroup.map(({ epoch }) => epoch)) }]
  })
}

/**
 * A roll back also takes along whom an earlier one left on the service in the domain's other groups: no route says that
 * they are apart there, so no flip would name them.
 */
export function withReleased(
  targets: FlipToCross['targets'],
  rows: readonly GroupRows[],
  flip: string,
): FlipToCross['targets'] {
  const states = rows.map((row) => ({ group: row.group, state: stateOf(row) }))
  const shareBefore = (group: WriteGroup): number => {
    const state = states.find((one) => one.group === group)?.state
    if (!state || state.is === 'odd') return 0
    return state.is === 'whole' ? state.split.share : state.before.share
  }
  if (!targets.every(({ group, share }) => share <= shareBefore(group))) return targets
  const others = states.flatMap(({ group, state }) => {
    if (targets.some((target) => target.group === group)) return []
    const isLeft = state.is === 'whole' && state.split.kept.length > 0
    const isGoing = state.is === 'gap' && state.flip === flip
    return isLeft || isGoing ? [{ group, share: shareBefore(group), epoch: 0 }] : []
  })
  return [...targets, ...others]
}

type HoldOptions = { readonly flip: string; readonly carved: CarvedGroups; readonly budgetMs: number }

/** Which requests wait: writes of the moving groups, and with those that own rows the domain's commands. */
export function holdsOf(spans: readonly Span[], { flip, carved, budgetMs }: HoldOptions): Hold[] {
  return spans.map(({ group, low, high }) => {
    const isHome = carved.homes.includes(group)
    const isHeld = (route: (typeof routeList)[number]) =>
      route.group === group || (isHome && route.domain === carved.domain && route.effect === 'command')
    return { flip, routes: routeList.filter(isHeld).map(({ key }) => key), low, high, budgetMs }
  })
}

/** Epochs of groups as the ledger keeps them: by route. */
export function epochsByRoute(epochs: ReadonlyMap<WriteGroup, number>): Record<string, number> {
  const entries = routeList.flatMap(({ key, group }) => {
    const epoch = group === null ? undefined : epochs.get(group)
    return epoch === undefined ? [] : [[key, epoch] as const]
  })
  return Object.fromEntries(entries)
}
