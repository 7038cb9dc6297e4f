import type { Stage } from '@emotibot/contracts'
import type { Random } from './random.ts'

/** Something an operator asks for, and how long they rest before it. */
export type PlannedFlip = { readonly restMs: number } & FlipAsked
export type FlipAsked =
  | { readonly ask: 'flip'; readonly names: readonly string[]; readonly to: Stage; readonly share?: number }
  | { readonly ask: 'rollback'; readonly names: readonly string[] }

/** As many as anybody could do in that time; whoever carries them out takes one after another. */
export function planFlips(random: Random, seconds: number): PlannedFlip[] {
  const count = Math.ceil((seconds * 1_000) / 250)
  return Array.from({ length: count }, () => ({ restMs: random.between(100, 900), ...planOne(random) }))
}

/** A group at a share, and what moves by itself. */
const GROUP = [['auth'], ['auth'], ['auth.login'], ['auth.password', 'auth.me']] as const
const ALONE = ['auth.me', 'emotion.analyze'] as const

export function planOne(random: Random): FlipAsked {
  const dice = random.next()
  if (dice < 0.45) return atShare(random.pick(GROUP), random)
  if (dice < 0.6) return { ask: 'flip', names: ['auth'], to: 'service' }
  if (dice < 0.75) return { ask: 'rollback', names: ['auth'] }
  if (dice < 0.82) return { ask: 'flip', names: ['auth.register'], to: 'service' }
  if (dice < 0.88) return { ask: 'rollback', names: ['auth.register'] }
  const name = random.pick(ALONE)
  return random.chance(0.3) ? { ask: 'rollback', names: [name] } : atShare([name], random)
}

function atShare(names: readonly string[], random: Random): FlipAsked {
  return { ask: 'flip', names, to: 'canary', share: random.between(1, 100) }
}
