import { randomBytes } from 'node:crypto'
import { type App, createLogger } from '@emotibot/service-kit'
import type { FastifyInstance } from 'fastify'
import type { FacadeConfig } from './config.ts'
import { createControlServer } from './control/control-server.ts'
import { MoverMonitor } from './control/mover/mover-monitor.ts'
import { createEvents } from './events.ts'
import { createInternalServer } from './internal/internal-server.ts'
import { createPublicServer } from './public-server.ts'
import { createRevocations } from './revocation/create-revocations.ts'
import { LedgerClient } from './routing/ledger-client.ts'
import { Tally } from './tally.ts'
import { createLagOf } from './upstreams/lag.ts'
import { UpstreamMonitor } from './upstreams/monitor.ts'
import { createUpstreams } from './upstreams/upstreams.ts'
import { createWaiting, exposeWaiting } from './waiting/waiting.ts'

/** The whole front door, not yet listening: `main` is for everybody, `control` for the migration team, `internal` for our own. */
export async function createApp(config: FacadeConfig): Promise<App> {
  const logger = createLogger('facade', config.logLevel)
  const upstreams = createUpstreams(config)
  const monitor = new UpstreamMonitor(upstreams.all)
  const mover = new MoverMonitor({ url: config.moverUrl, secret: config.serviceSecret })
  const tally = new Tally()
  const internalTally = new Tally()
  const events = createEvents(logger, tally)
  const waiting = createWaiting(() => ledger.isUp)
  const ledger: LedgerClient = new LedgerClient({
    url: config.ledgerUrl,
    replicaId: `facade-${randomBytes(3).toString('hex')}`,
    snapshotFile: config.snapshotFile || `${config.dataDir}/facade-snapshot.json`,
    waiting,
    logger,
  })
  const revocations = createRevocations({ ledger, upstreams, events })
  const { serviceSecret } = config
  const context = { ledger, upstreams, monitor, mover, serviceSecret, tally, internalTally, logger }
  const control = await createControlServer(context, config)
  exposeWaiting(control.metrics, waiting)
  const forwarding = {
    upstreams,
    snapshot: () => ledger.snapshot,
    lagOf: createLagOf({ feedLagOf: mover.lagOf.bind(mover), snapshot: () => ledger.snapshot }),
    revocations,
    fallbackAfterMs: config.fallbackAfterMs,
    config,
  }
  const main = await createPublicServer({ ...forwarding, waiting, events, logger })
  const internalLogger = logger.child({ port: 'internal' })
  const internal = createInternalServer({
    ...forwarding,
    events: createEvents(internalLogger, internalTally),
    logger: internalLogger,
  })

  return {
    async listen() {
      await Promise.all([ledger.start().then(revocations.start), monitor.look(), mover.look()])
      return {
        main: await listenOn(main, config.host, config.port),
        control: await listenOn(control, config.host, config.controlPort),
        internal: await listenOn(internal, config.host, config.internalPort),
      }
    },
    async close() {
      monitor.close()
      mover.close()
      await Promise.all([main.close(), control.close(), internal.close()])
      await revocations.close()
      await ledger.close()
      await Promise.all(upstreams.all.map((upstream) => upstream.close()))
    },
  }
}

async function listenOn(server: FastifyInstance, host: string, port: number): Promise<string> {
  return await server.listen({ host, port })
}
