import { SERVED_DOMAINS, type ServedDomain } from '../targets/carved-out.ts'

export type CarvingStep = { readonly domain: ServedDomain; readonly to: 'service' | 'monolith' }

/** The domains in a random order, with a roll back of one of those that moved after each, which later moves again. */
export function randomCarving(random: () => number): CarvingStep[] {
  const waiting: ServedDomain[] = [...SERVED_DOMAINS]
  const moved: ServedDomain[] = []
  const steps: CarvingStep[] = []
  let rollBacks = SERVED_DOMAINS.length - 1
  while (waiting.length > 0) {
    const domain = draw(waiting, random)
    moved.push(domain)
    steps.push({ domain, to: 'service' })
    if (rollBacks-- <= 0 || waiting.length === 0) continue
    const back = draw(moved, random)
    waiting.push(back)
    steps.push({ domain: back, to: 'monolith' })
  }
  return steps
}

function draw<T>(from: T[], random: () => number): T {
  const [drawn] = from.splice(Math.floor(random() * from.length), 1)
  if (drawn === undefined) throw new Error('There is nothing to draw from.')
  return drawn
}

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
