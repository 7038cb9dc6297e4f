import { MOVER, MOVER_PATHS, type MoverStatus } from '@emotibot/contracts'
import { ApiError, type Server, verifyServiceToken } from '@emotibot/service-kit'
import type { FastifyRequest } from 'fastify'
import type { CarveOut } from './carve-out.ts'
import { describeCarveOut } from './describe.ts'

export type MoverRoutes = { readonly carveOuts: readonly CarveOut[]; readonly secret: string }

const WAITING = 'The stores of this domain are not open: the status says why. Try again.'

export function mountMoverRoutes(server: Server, { carveOuts, secret }: MoverRoutes): void {
  async function checkCaller(request: FastifyRequest): Promise<void> {
    const [, token = ''] = (request.headers.authorization ?? '').split(' ')
    await verifyServiceToken(token, { secret, audience: MOVER })
  }

  function movementOf(request: FastifyRequest) {
    const { domain } = request.params as { domain: string }
    const carveOut = carveOuts.find((one) => one.domain === domain)
    if (!carveOut) throw new ApiError('NOT_FOUND', `No domain "${domain}" is carved out.`)
    const movement = carveOut.movement()
    if (!movement) throw new ApiError('BUSY', WAITING, { headers: { 'retry-after': '1' } })
    return movement
  }

  server.get(MOVER_PATHS.status, async (): Promise<MoverStatus> => {
    return { carve_outs: await Promise.all(carveOuts.map(describeCarveOut)) }
  })
  server.post(MOVER_PATHS.backfill, { onRequest: checkCaller }, async (request, reply) => {
    await movementOf(request).begin()
    return reply.status(202).send()
  })
  server.post(MOVER_PATHS.resume, { onRequest: checkCaller }, async (request, reply) => {
    for (const { pump } of movementOf(request).directions) pump.resume()
    return reply.status(202).send()
  })
}
