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

/** Domains whose rows move. */
export const DOMAINS = ['auth', 'conversation', 'emotion'] as const
/** Groups, by their domain or by a route of theirs; also with what moves by itself. */
const GROUPS = [
  ['auth'],
  ['auth.login'],
  ['auth.password', 'auth.me'],
  ['conversation'],
  ['conversation'],
  ['conversation.send'],
  ['conversation.rename', 'conversation.history'],
  ['emotion'],
  ['emotion.feedback'],
] as const
/** What moves no rows. */
const ALONE = [
  'auth.me',
  'conversation.history',
  'conversation.list',
  'conversation.search',
  'emotion.analyze',
  'emotion.trends',
  'ai.reply',
] as const

export function planOne(random: Random): FlipAsked {
  const dice = random.next()
  if (dice < 0.35) return atShare(random.pick(GROUPS), random)
  if (dice < 0.5) return { ask: 'flip', names: [random.pick(DOMAINS)], to: 'service' }
  if (dice < 0.62) return { ask: 'rollback', names: [random.pick(DOMAINS)] }
  if (dice < 0.67) return { ask: 'flip', names: ['auth.register'], to: 'service' }
  if (dice < 0.71) return { ask: 'rollback', names: ['auth.register'] }
  // At one moment, or not at all.
  if (dice < 0.74) return { ask: 'rollback', names: DOMAINS }
  const name = random.pick(ALONE)
  return random.chance(0.3) ? { ask: 'rollback', names: [name] } : atShare([name], random)
}

function atShare(names: readonly string[], random: Random): FlipAsked {
  return { ask: 'flip', names, to: 'canary', share: random.between(1, 100) }
}
