// The words of `data-gates.ts`: what is wrong, what it means, and what to do next.
import type { Refusal } from '@emotibot/contracts'
import type { FeedFacts } from './carve-out-facts.ts'

const LOOK = './fig status'

const safety = (message: string, next: string): Refusal => ({ kind: 'safety', message, next })

export const bothDirections = (): Refusal =>
  safety(
    'Some of it would move data to the service and some back. Ask for the two apart, roll back first.',
    LOOK,
  )

/** `next` takes the first alone. */
export const severalDomains = (domains: readonly string[], next: string): Refusal =>
  safety(
    `${domains.join(' and ')} would move data at once. Forward it is one domain at a time: each has a database of its own, and they cannot open as one. Move one after the other.`,
    next,
  )

export const moverAway = (domain: string, reason: string | null): Refusal =>
  safety(
    `The mover does not answer (${reason ?? 'it does not say why'}): without it no rows of ${domain} move, in either direction.`,
    LOOK,
  )

export const notCarried = (domain: string): Refusal => {
  const variable = `${domain.toUpperCase()}_DATABASE_URL`
  return safety(
    `The mover does not know where the service of ${domain} keeps its rows: ${variable} is not set there, so none of them move.`,
    `set ${variable} and restart the mover`,
  )
}

export const storesAway = (domain: string, reason: string | null): Refusal =>
  safety(`The mover waits for the stores of ${domain}: ${reason ?? 'it does not say why'}.`, LOOK)

export const neverCopied = (domain: string): Refusal =>
  safety(`${domain} was never copied: its service has none of the rows.`, `./fig backfill ${domain}`)

export const copyNotFinished = (domain: string): Refusal =>
  safety(
    `The first copy of ${domain} is not finished: its service lacks rows. It goes on by itself.`,
    `./fig backfill ${domain}`,
  )

/** The mark of the copy is in the monolith's own file. */
export const noCopyToComeBackFrom = (domain: string): Refusal =>
  safety(
    `The monolith's file knows of no copy of ${domain}: it is not the file that was flipped. Nothing would bring back what was written on the service.`,
    LOOK,
  )

export const doesNotRun = (domain: string, feed: FeedFacts): Refusal =>
  feed.state === 'stopped'
    ? safety(`The ${named(domain, feed)} is stopped: ${whyOf(feed)}.`, `./fig settle ${domain}`)
    : safety(`The ${named(domain, feed)} fails and is tried again: ${whyOf(feed)}.`, LOOK)

export const notKnown = (domain: string, feed: FeedFacts): Refusal =>
  safety(`How the ${named(domain, feed)} does is not known: a store does not answer.`, LOOK)

type Lag = { readonly behindMs: number; readonly budgetMs: number }

export const behind = (domain: string, feed: FeedFacts, { behindMs, budgetMs }: Lag): Refusal =>
  safety(
    `The ${named(domain, feed)} is ${seconds(behindMs)} behind; a flip is begun below ${seconds(budgetMs)}.`,
    LOOK,
  )

export const setAside = (domain: string, { to }: FeedFacts, count: number): Refusal =>
  safety(
    `${counted(count, 'change')} of ${domain} could not be applied at the ${to}: ${count === 1 ? 'it is' : 'they are'} set aside.`,
    `./fig set-aside ${domain}`,
  )

export const conflicts = (domain: string, { to }: FeedFacts, count: number): Refusal =>
  safety(
    `${counted(count, 'row')} of ${domain} ${count === 1 ? 'was' : 'were'} changed on both sides (found at the ${to}). That must not happen: see why before anything moves.`,
    `./fig set-aside ${domain}`,
  )

export const underWay = (flip: string): Refusal =>
  safety(
    `${flip} is under way, and data moves for one flip at a time. It ends by itself; to have it given up: ./fig abort ${flip}`,
    LOOK,
  )

const named = (domain: string, { from, to }: FeedFacts): string =>
  `feed of ${domain} from the ${from} to the ${to}`
const whyOf = ({ reason }: FeedFacts): string => reason ?? 'it does not say why'
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
