import type { Random } from './random.ts'

export const TARGETS = [
  'monolith',
  'auth',
  'conversation',
  'emotion',
  'ai',
  'mover',
  'postgres',
  'facade 1',
  'facade 2',
] as const
export type Target = (typeof TARGETS)[number]

/** A process is killed, and started again `forMs` later; or it is frozen and thawed `forMs` later. */
export type Fault = {
  /** What passes first, after what was broken before is whole again. */
  readonly restMs: number
  readonly target: Target
  readonly kind: 'kill' | 'freeze'
  readonly forMs: number
  /** The next one comes while this one is still broken. */
  readonly isJoined: boolean
}

/** Flips go on in the calm too: what a user sees fail then, fails because of a flip. */
const CALM_MS = 14_000
const FIRST_CALM_MS = 3_000
const ROUGH = { least: 4, most: 12 }

/** Some faults, a calm, some faults, a calm. As many as anything could be broken and mended in that time. */
export function planFaults(random: Random, seconds: number): Fault[] {
  const faults: Fault[] = []
  const count = Math.ceil((seconds * 1_000) / 400)
  while (faults.length < count) {
    const rough = random.between(ROUGH.least, ROUGH.most)
    const calmMs = faults.length === 0 ? FIRST_CALM_MS : CALM_MS
    for (let at = 0; at < rough; at += 1)
      faults.push(planFault(random, at === 0 ? calmMs : random.between(50, 1_200)))
  }
  return faults
}

function planFault(random: Random, restMs: number): Fault {
  const target = random.pick(TARGETS)
  const kind = random.chance(0.6) ? 'kill' : 'freeze'
  // Now and then longer than the time a flip has.
  const longest = random.chance(0.08) ? 7_000 : 1_500
  const forMs = kind === 'kill' ? random.between(20, 700) : random.between(100, longest)
  return { restMs, target, kind, forMs, isJoined: random.chance(0.25) }
}
