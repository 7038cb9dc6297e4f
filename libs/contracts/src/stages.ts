import { OneOf } from './schemas/primitives.ts'

/** Stages of a route. From any to any if its gates hold; into `retired` only from `service`, out of it never. */
export const STAGES = ['monolith', 'shadow', 'canary', 'service', 'retired'] as const
export const Stage = OneOf(STAGES)
export type Stage = (typeof STAGES)[number]

export const SIDES = ['monolith', 'service'] as const
export const Side = OneOf(SIDES)
export type Side = (typeof SIDES)[number]

export function isStage(word: string): word is Stage {
  return (STAGES as readonly string[]).includes(word)
}
