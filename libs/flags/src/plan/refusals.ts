import type { Refusal, Stage } from '@emotibot/contracts'
import type { Snapshot } from '../snapshot.ts'
import { type Candidate, isNeverSplit, storesNeeded } from './candidates.ts'
import type { CarveOutFacts } from './carve-out-facts.ts'
import { isForward, type PlannedMove, placeText } from './move.ts'

/** What is known of the service of one domain. */
export type ServiceFacts = {
  readonly name: string
  readonly isReady: boolean
  /** Why it is not. */
  readonly reason: string | null
  readonly build: string | null
  /** Routes it says it answers. */
  readonly routes: readonly string[]
  /** Routes whose breaker is open: the last requests there failed. */
  readonly failing: readonly string[]
}

export type Gates = {
  readonly snapshot: Snapshot
  readonly services: ReadonlyMap<string, ServiceFacts>
  /** By domain; what the mover and the ledger say of its data (`carveOutFacts`). */
  readonly carveOuts: ReadonlyMap<string, CarveOutFacts>
}

const safety = (message: string, next: string | null = null): Refusal => ({ kind: 'safety', message, next })

export const noop = (message: string): Refusal => ({ kind: 'noop', message, next: './fig status' })

export const pageStays = (name: string): Refusal =>
  safety(`${name} is the page itself: the monolith serves it, and it never moves.`)

/** A stage and a share that do not belong together. */
export function refuseShare(names: string, to: Stage, share: number | undefined): Refusal[] {
  if (to === 'canary' && share === undefined)
    return [safety('canary needs a share, 1 to 99.', `./fig flip ${names} --to canary --share 10`)]
  if (to !== 'canary' && share !== undefined)
    return [safety(`Only canary takes a share; ${to} has none.`, `./fig flip ${names} --to ${to}`)]
  return []
}

export function refuseFrozen({ isFrozen }: Snapshot, moves: readonly PlannedMove[]): Refusal[] {
  if (!isFrozen || !moves.some(isForward)) return []
  return [safety('Flips are frozen; only rolling back is possible.', './fig freeze --off')]
}

/** Every reason why one route must not make one move. */
export function refuseMove(candidate: Candidate, gates: Gates): Refusal[] {
  const reasons = refuseStages(candidate)
  if (!isForward(candidate.move)) return reasons
  return [...reasons, ...refuseService(candidate, gates), ...refuseTellers(candidate, gates)]
}

function refuseStages({ route, move: { from, to } }: Candidate): Refusal[] {
  const { key } = route
  if (from.stage === 'retired')
    return [safety(`${key} is retired: the monolith no longer answers it, so there is no way back.`)]
  const reasons: Refusal[] = []
  if (to.stage === 'shadow')
    reasons.push(
      safety(`${key} cannot be shadowed: this facade does not copy and compare live requests yet.`),
    )
  if (to.stage === 'retired' && from.stage !== 'service')
    reasons.push(
      safety(
        `${key} is at ${placeText(from)}; only service leads to retired.`,
        `./fig flip ${key} --to service`,
      ),
    )
  if (to.stage === 'canary' && isNeverSplit(route))
    reasons.push(
      safety(
        `${key} is never split by share: names and e-mails have one home.`,
        `./fig flip ${key} --to service`,
      ),
    )
  return reasons
}

function refuseService({ route, move }: Candidate, { services }: Gates): Refusal[] {
  const { key, domain } = route
  const service = services.get(domain)
  if (!service) {
    const variable = `EMOTIBOT_${domain.toUpperCase()}_URL`
    return [
      safety(`${key} has no service: ${variable} is not set.`, `set ${variable} and restart the facade`),
    ]
  }
  if (!service.isReady)
    return [
      safety(
        `The ${service.name} service is not ready: ${service.reason ?? 'it does not say why'}.`,
        './fig status',
      ),
    ]
  const reasons: Refusal[] = []
  if (!service.routes.includes(key))
    reasons.push(
      safety(`The ${service.name} service does not answer ${key}; it answers ${listed(service.routes)}.`),
    )
  if (service.failing.includes(key) && move.from.stage !== 'monolith')
    reasons.push({
      kind: 'evidence',
      message: `The last requests of ${key} failed on the ${service.name} service: its breaker is open.`,
      next: './fig status',
    })
  return reasons
}

/** Rows of another domain come to a service as that domain's own service tells of them. */
function refuseTellers(candidate: Candidate, { services }: Gates): Refusal[] {
  const { key, domain } = candidate.route
  const others = storesNeeded(candidate).filter((other) => other !== domain)
  return others.flatMap((other) => {
    const teller = services.get(other)
    if (teller?.isReady) return []
    const why = teller ? (teller.reason ?? 'it does not say why') : 'there is none'
    const message = `${key} is made from what the ${other} service tells, which is not ready: ${why}.`
    return [safety(message, './fig status')]
  })
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '))
