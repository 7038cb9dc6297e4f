import { CARVED_OUT, type CarveOutStatus, domainsRead, isCarvedOut, movableRoutes } from '@emotibot/contracts'
import { flagOf, type Snapshot } from '@emotibot/flags'
import type { MoverView } from './mover-monitor.ts'

type Feed = CarveOutStatus['feeds'][number]

const LAG_LIMIT_MS = 5_000

/** What somebody should look at, of the mover and of the domains that are carved out. Empty when all is well. */
export function carveOutNeeds(view: MoverView, snapshot: Snapshot): string[] {
  const left = CARVED_OUT.flatMap((domain) => leftNeeds(domain, snapshot))
  if (view.isUp) {
    const known = view.carveOuts.flatMap((carveOut) => needsOf(carveOut, snapshot))
    return [...known, ...unknownNeeds(view.carveOuts, snapshot), ...left]
  }
  const carved = CARVED_OUT.filter((domain) => isCarved(domain, snapshot) || view.hasMoved.includes(domain))
  if (carved.length === 0) return []
  return [
    `The mover is down (${view.reason}): the stores of ${carved.join(', ')} drift apart, nothing flips.`,
  ]
}

/** Domains that are in use, and that the mover does nothing for. */
function unknownNeeds(known: readonly CarveOutStatus[], snapshot: Snapshot): string[] {
  return CARVED_OUT.filter((domain) => !known.some((one) => one.domain === domain))
    .filter((domain) => isCarved(domain, snapshot))
    .map(
      (domain) =>
        `${domain}: its service is in use, and the mover has no ${domain.toUpperCase()}_DATABASE_URL: its stores drift apart, and it cannot come back.`,
    )
}

/** Whom a roll back left on the service. */
function leftNeeds(domain: string, snapshot: Snapshot): string[] {
  const kept = new Set(routesOf(domain).flatMap(({ key }) => flagOf(snapshot, key).kept))
  if (kept.size === 0) return []
  return [
    `${domain}: ${kept.size} user(s) stayed on the service in a roll back. See ./fig set-aside ${domain}, then ./fig rollback ${domain}`,
  ]
}

const routesOf = (domain: string) => movableRoutes.filter((route) => route.domain === domain)

function needsOf(carveOut: CarveOutStatus, snapshot: Snapshot): string[] {
  const { domain, state, reason, feeds } = carveOut
  if (state === 'waiting')
    return isCarved(domain, snapshot) ? [`${domain}: ${reason ?? 'a store is away'}.`] : []
  if (state === 'idle') return []
  return feeds.flatMap((feed) => [...feedNeeds(domain, feed), ...changeNeeds(domain, feed)])
}

function feedNeeds(domain: string, { from, to, state, reason, behind }: Feed): string[] {
  const name = `The feed of ${domain} from ${from} to ${to}`
  if (state === 'stopped') return [`${name} is stopped: ${reason ?? 'it does not say why'}.`]
  if (behind && behind.ms > LAG_LIMIT_MS) return [`${name} is ${Math.round(behind.ms / 1_000)} s behind.`]
  return []
}

function changeNeeds(domain: string, { to, set_aside, set_aside_count, conflicts }: Feed): string[] {
  const aside = set_aside_count ?? set_aside?.length ?? 0
  return [
    ...(aside > 0
      ? [`${domain}: ${aside} change(s) for the ${to} are set aside: ./fig set-aside ${domain}`]
      : []),
    ...(conflicts ? [`${domain}: ${conflicts} conflict(s) at the ${to}: ./fig set-aside ${domain}`] : []),
  ]
}

/** Some answers are made from its rows on the service: of those whose stage says so, and of who was left there. */
function isCarved(domain: string, snapshot: Snapshot): boolean {
  const made = movableRoutes.filter(
    (route) => isCarvedOut(route) && domainsRead(route).some((each) => each === domain),
  )
  return made.some(({ key }) => flagOf(snapshot, key).share > 0 || flagOf(snapshot, key).kept.length > 0)
}
