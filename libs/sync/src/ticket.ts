import { randomInt } from 'node:crypto'

/**
 * Marks one version of a set-aside row. Random, so that a row that was removed and set aside anew is not mistaken for
 * the one that a slow mover still has in hand.
 */
export const newTicket = (): number => randomInt(1, 2 ** 47)
