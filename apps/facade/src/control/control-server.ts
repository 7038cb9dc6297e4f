import { createServer } from '@emotibot/service-kit'
import type { FastifyInstance } from 'fastify'
import type { FacadeConfig } from '../config.ts'
import { exposeTallies } from '../tally.ts'
import type { ControlContext } from './context.ts'
import { mountControlRoutes } from './mount-control-routes.ts'
import { Operators } from './operators.ts'
import { serveReference } from './reference.ts'

/** The migration team's port: the control API, this process's own health and metrics, the API reference. */
export async function createControlServer(
  context: ControlContext,
  config: FacadeConfig,
): Promise<FastifyInstance> {
  const { ledger, logger, tally, internalTally } = context
  const server = createServer({
    name: 'facade',
    logLevel: config.logLevel,
    logger,
    checks: { routing: () => assertRouting(context) },
  })
  exposeTallies(server.metrics, { main: tally, internal: internalTally }, () => ledger.snapshot?.version ?? 0)
  await serveReference(server)
  const operators = new Operators(config.operatorsFile || `${config.dataDir}/operators.json`, logger)
  await server.register(async (scope) => mountControlRoutes(scope, context, operators))
  return server
}

function assertRouting({ ledger }: ControlContext): void {
  if (ledger.snapshot === null) throw new Error('no snapshot of the ledger was read yet')
}
