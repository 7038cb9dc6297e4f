import type { Domain } from '@emotibot/contracts'

/**
 * Whose rows the answers of a domain's routes are made from. What was written on the service of one of these is waited for,
 * and nothing else: a mover that stands still for one domain holds up nobody of another.
 */
export const READS_FROM: Readonly<Record<Domain, readonly Domain[]>> = {
  auth: ['auth'],
  conversation: ['conversation'],
  emotion: ['emotion', 'conversation'],
  ai: ['conversation', 'emotion'],
  realtime: ['conversation'],
  ui: [],
}
