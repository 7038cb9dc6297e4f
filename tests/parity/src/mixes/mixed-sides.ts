import { SERVED_DOMAINS, type ServedDomain, type Whole } from '../targets/carved-out.ts'
import { doorTarget, take } from '../targets/front-door.ts'
import type { Target } from '../targets/target.ts'

/** Domains that stand at the service; the others stand at the monolith. */
export type Mix = readonly ServedDomain[]

/** Every set of domains there is, from none of them to all. */
export const EVERY_MIX: readonly Mix[] = Array.from({ length: 2 ** SERVED_DOMAINS.length }, (_, bits) =>
  SERVED_DOMAINS.filter((_domain, at) => (bits >> at) % 2 === 1),
)

/** Each by itself, and all of them. */
export const SAMPLE_OF_MIXES: readonly Mix[] = [...SERVED_DOMAINS.map((domain) => [domain]), SERVED_DOMAINS]

export const nameOfMix = (mix: Mix): string => (mix.length === 0 ? 'nothing' : mix.join(', '))

/** One system whose domains are moved from mix to mix. Everything stands at the monolith in the beginning. */
export function createMixedSides(whole: Whole) {
  const { stack } = whole
  let standing: Mix = []

  async function go(mix: Mix): Promise<Target> {
    const back = standing.filter((domain) => !mix.includes(domain))
    if (back.length > 0) await take(() => stack.rollback({ names: back }))
    for (const domain of mix)
      if (!standing.includes(domain)) await take(() => stack.flip([domain], 'service'))
    standing = mix
    return doorTarget(whole, `facade, ${nameOfMix(mix)} at the service`)
  }

  return {
    go,
    /** Moves one domain. */
    async move(domain: ServedDomain, to: 'service' | 'monolith'): Promise<Target> {
      const others = standing.filter((each) => each !== domain)
      return go(to === 'service' ? [...others, domain] : others)
    },
  }
}
export type MixedSides = ReturnType<typeof createMixedSides>
