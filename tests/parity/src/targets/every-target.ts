import { aiTarget, emotionTarget, monolithTarget } from './alone.ts'
import { facadeTarget, flippingTarget, type Standing, servicesTarget } from './front-door.ts'
import type { Target } from './target.ts'

/** Every stage, shares from the smallest to the largest, and who gives out names on either side. */
export const STANDINGS: readonly Standing[] = [
  { to: 'monolith' },
  { to: 'canary', share: 1, claims: 'service' },
  { to: 'canary', share: 10, claims: 'monolith' },
  { to: 'canary', share: 50, claims: 'monolith' },
  { to: 'canary', share: 50, claims: 'service' },
  { to: 'canary', share: 99, claims: 'monolith' },
  { to: 'service' },
]

const AT_ONCE = 3

type Start = () => Promise<Target>

/**
 * The monolith against itself first: if that is not silent, nothing else means anything. In waves, for many whole systems
 * at once are more than one machine and one Postgres are made for.
 */
export const WAVES: readonly (readonly Start[])[] = [
  [() => monolithTarget('monolith again'), emotionTarget, aiTarget, servicesTarget, flippingTarget],
  ...wavesOf(STANDINGS.map((standing) => () => facadeTarget(standing))),
]

function wavesOf(starts: readonly Start[]): Start[][] {
  const count = Math.ceil(starts.length / AT_ONCE)
  return Array.from({ length: count }, (_, at) => starts.slice(at * AT_ONCE, (at + 1) * AT_ONCE))
}
