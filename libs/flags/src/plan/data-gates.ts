// What must hold before rows change their owner. None of it is evidence: `--force` passes over nothing here.
//
//   both directions: the mover answers, has both stores open, knows of the copy; the feed that is waited for runs; no
//                    other flip moves data
//   forward also:    the copy is finished, both feeds run, are in step, and have left nothing aside; of every domain
//                    whose rows the service's answer is made from
//
// A roll back asks for nothing of the service's process: the mover reads its store.
import type { Refusal } from '@emotibot/contracts'
import type { Snapshot } from '../snapshot.ts'
import { type Candidate, domainsOf, isDataMove, storesNeeded } from './candidates.ts'
import { type CarveOutFacts, type FeedFacts, NOTHING_KNOWN } from './carve-out-facts.ts'
import * as say from './data-refusals.ts'
import { flagsOf, isForward, type Place } from './move.ts'

/** A flip forward is not begun while a feed is further behind: its requests would wait for it. */
const LAG_BUDGET_MS = 1_000

type DataGates = { readonly snapshot: Snapshot; readonly carveOuts: ReadonlyMap<string, CarveOutFacts> }

/** Every reason why these moves must not be made together, as far as data is concerned. */
export function refuseData(candidates: readonly Candidate[], gates: DataGates): Refusal[] {
  const withData = candidates.filter((candidate) => isDataMove(candidate, gates.snapshot))
  const forward = new Set(candidates.filter(({ move }) => isForward(move)).flatMap(storesNeeded))
  const back = domainsOf(withData).filter((domain) => !forward.has(domain))
  const factsOf = (domain: string) => gates.carveOuts.get(domain) ?? NOTHING_KNOWN
  return [
    ...refuseTogether(
      withData.map(({ route, move }) => ({ domain: route.domain, isForward: isForward(move), to: move.to })),
    ),
    ...[...forward].flatMap((domain) => refuseForward(domain, factsOf(domain))),
    ...back.flatMap((domain) => refuseBack(domain, factsOf(domain))),
  ]
}

type DataMove = { readonly domain: string; readonly isForward: boolean; readonly to: Place }

/** A flip has one commit point: the store that opens. A roll back has one too, the monolith's, of however many domains. */
export function refuseTogether(moves: readonly DataMove[]): Refusal[] {
  const forward = moves.filter((move) => move.isForward)
  if (forward.length > 0 && forward.length < moves.length) return [say.bothDirections()]
  const domains = [...new Set(forward.map(({ domain }) => domain))]
  const [first] = forward
  if (!first || domains.length < 2) return []
  return [say.severalDomains(domains, `./fig plan ${first.domain} ${flagsOf(first.to)}`)]
}

function refuseBack(domain: string, facts: CarveOutFacts): Refusal[] {
  const ill = refuseMover(domain, facts)
  if (ill.length > 0) return ill
  if (facts.state === 'idle') return [say.noCopyToComeBackFrom(domain), ...refuseUnderWay(facts)]
  const stopped = facts.feeds.filter(({ from, state }) => from === 'service' && state === 'stopped')
  return [...stopped.map((feed) => say.doesNotRun(domain, feed)), ...refuseUnderWay(facts)]
}

function refuseForward(domain: string, facts: CarveOutFacts): Refusal[] {
  const ill = refuseMover(domain, facts)
  if (ill.length > 0) return ill
  if (facts.state === 'idle') return [say.neverCopied(domain), ...refuseUnderWay(facts)]
  return [
    ...(facts.isBackfilled ? [] : [say.copyNotFinished(domain)]),
    ...facts.feeds.flatMap((feed) => refuseFeed(domain, feed)),
    ...refuseUnderWay(facts),
  ]
}

/** Of a mover that is away, waits for its stores, or has none, nothing more is known. */
function refuseMover(domain: string, { isReachable, state, reason }: CarveOutFacts): Refusal[] {
  if (!isReachable) return [say.moverAway(domain, reason)]
  if (state === 'unknown') return [say.notCarried(domain)]
  return state === 'waiting' ? [say.storesAway(domain, reason)] : []
}

function refuseFeed(domain: string, feed: FeedFacts): Refusal[] {
  const { state, behindMs, setAside, conflicts } = feed
  const reasons: Refusal[] = []
  if (state !== 'running') reasons.push(say.doesNotRun(domain, feed))
  else if (behindMs === null || setAside === null || conflicts === null)
    reasons.push(say.notKnown(domain, feed))
  if (behindMs !== null && behindMs > LAG_BUDGET_MS)
    reasons.push(say.behind(domain, feed, { behindMs, budgetMs: LAG_BUDGET_MS }))
  if (setAside) reasons.push(say.setAside(domain, feed, setAside))
  if (conflicts) reasons.push(say.conflicts(domain, feed, conflicts))
  return reasons
}

function refuseUnderWay({ flipUnderWay }: CarveOutFacts): Refusal[] {
  return flipUnderWay === null ? [] : [say.underWay(flipUnderWay)]
}
