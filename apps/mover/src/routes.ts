import { MOVER, MOVER_PATHS, type MoverStatus, type Settled, type Side } from '@emotibot/contracts'
import { ApiError, type Server, verifyServiceToken } from '@emotibot/service-kit'
import { settleSetAside } from '@emotibot/sync'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CarveOut } from './carve-out.ts'
import type { CarveOuts } from './carve-outs.ts'
import { describeCarveOut } from './describe.ts'

export type MoverRoutes = { readonly carveOuts: CarveOuts; readonly secret: string }

const WAITING = 'The stores of this domain are not open: the status says why. Try again.'

export function mountMoverRoutes(server: Server, { carveOuts, secret }: MoverRoutes): void {
  async function checkCaller(request: FastifyRequest): Promise<void> {
    const [, token = ''] = (request.headers.authorization ?? '').split(' ')
    await verifyServiceToken(token, { secret, audience: MOVER })
  }

  function carveOutOf(request: FastifyRequest): CarveOut {
    const { domain } = request.params as { domain: string }
    const carveOut = carveOuts.all.find((one) => one.domain === domain)
    if (!carveOut) throw new ApiError('NOT_FOUND', `No domain "${domain}" is carved out.`)
    return carveOut
  }

  function movementOf(request: FastifyRequest) {
    const movement = carveOutOf(request).movement()
    if (!movement) throw new ApiError('BUSY', WAITING, { headers: { 'retry-after': '1' } })
    return movement
  }

  server.get(MOVER_PATHS.status, async (): Promise<MoverStatus> => {
    const described = await Promise.all(carveOuts.all.map(describeCarveOut))
    const joint = carveOuts.jointFlip()
    return { carve_outs: described.map((one) => ({ ...one, flip: one.flip ?? joint })) }
  })
  server.post(MOVER_PATHS.backfill, { onRequest: checkCaller }, async (request, reply) => {
    await movementOf(request).begin()
    return reply.status(202).send()
  })
  server.post(MOVER_PATHS.resume, { onRequest: checkCaller }, async (request, reply) => {
    for (const { pump } of movementOf(request).directions) pump.resume()
    return reply.status(202).send()
  })
  server.post(MOVER_PATHS.verify, { onRequest: checkCaller }, async (request, reply) => {
    const movement = movementOf(request)
    const { repair } = request.query as { repair?: string }
    if (!(await movement.hasBegun())) return refuse(request, reply, NOT_BEGUN)
    if (!carveOutOf(request).comparison.start(movement, repair === 'true'))
      return refuse(request, reply, COMPARING)
    return reply.status(202).send()
  })
  server.post(MOVER_PATHS.settle, { onRequest: checkCaller }, async (request): Promise<Settled> => {
    const { directions } = movementOf(request)
    const seen = directions.map(({ destination }) => conflictIdsOf(request, destination.side))
    const settled = { retried: 0, left: 0, dismissed: 0 }
    for (const [at, direction] of directions.entries()) {
      const { retried, left } = await settleSetAside(direction)
      settled.retried += retried
      settled.left += left
      settled.dismissed += await direction.destination.applier.dismissConflicts(seen[at] ?? [])
    }
    return settled
  })
}

/** `4,5`; none when the side is not named. Throws for what is no list of ids. */
function conflictIdsOf(request: FastifyRequest, side: Side): number[] {
  const given = (request.query as Partial<Record<Side, unknown>>)[side]
  if (given === undefined) return []
  if (typeof given !== 'string' || !/^\d{1,15}(,\d{1,15}){0,99}$/.test(given))
    throw new ApiError('BAD_REQUEST', `${side}: up to 100 ids of conflicts, as in 4,5.`)
  return given.split(',').map(Number)
}

const NOT_BEGUN = 'Nothing is kept in step yet: begin the backfill first.'
const COMPARING = 'A comparison is under way: the status tells how far it is.'

function refuse(request: FastifyRequest, reply: FastifyReply, message: string): FastifyReply {
  return reply.status(409).send({ error: 'Refused', code: 'REFUSED', message, request_id: request.id })
}
