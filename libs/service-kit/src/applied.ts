// A client that wrote on one side reads its write on the other (DESIGN §6.15): its request carries a position, and is
// not looked at before the store here has taken in that much.
import { setTimeout as delay } from 'node:timers/promises'
import { decodePosition, POSITION_HEADER, type Position } from '@emotibot/contracts'
import type { FastifyRequest } from 'fastify'
import { behindError } from './errors.ts'

/** Whether the store of this process has taken in all that a position names. Stores it does not follow are not asked about. */
export type IsApplied = (position: Position) => Promise<boolean>

/** How long a request waits for what its answer is made from, and how long for what only its session may need. */
const WAIT_MS = 500
const SHORT_WAIT_MS = 100
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 80

/** Waits, half a second at most, until what the request's client has seen is here. Throws ApiError BUSY past that. */
export async function awaitPosition(request: FastifyRequest, isApplied: IsApplied): Promise<void> {
  if (!(await isReached(request, isApplied, WAIT_MS))) throw behindError()
}

/** Waits for it a tenth of a second at most, and goes on without: for answers that are made from this store's own rows. */
export async function giveTimeToArrive(request: FastifyRequest, isApplied: IsApplied): Promise<void> {
  await isReached(request, isApplied, SHORT_WAIT_MS)
}

async function isReached(request: FastifyRequest, isApplied: IsApplied, withinMs: number): Promise<boolean> {
  const header = request.headers[POSITION_HEADER]
  const position = typeof header === 'string' ? decodePosition(header) : {}
  if (Object.keys(position).length === 0) return true
  const deadline = performance.now() + withinMs
  for (let pauseMs = FIRST_PAUSE_MS; !(await isApplied(position)); pauseMs = nextPause(pauseMs)) {
    if (performance.now() >= deadline) return false
    await delay(pauseMs)
  }
  return true
}

const nextPause = (pauseMs: number): number => Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
