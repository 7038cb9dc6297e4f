import { aiTarget, authTarget, emotionTarget, monolithTarget } from './alone.ts'
import { facadeTarget, flippingTarget, type Standing } from './front-door.ts'
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

/** The monolith against itself first: if that is not silent, nothing else means anything. */
export async function startEveryTarget(): Promise<Target[]> {
  return [
    await monolithTarget('monolith again'),
    await emotionTarget(),
    await aiTarget(),
    await authTarget(),
    ...(await Promise.all(STANDINGS.map(facadeTarget))),
    await flippingTarget(),
  ]
}
