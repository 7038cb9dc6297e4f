import { randomBytes } from 'node:crypto'
import { type App, createLogger } from '@emotibot/service-kit'
import type { FastifyInstance } from 'fastify'
import type { FacadeConfig } from './config.ts'
import { createControlServer } from './control/control-server.ts'
import { createEvents } from './events.ts'
import { createPublicServer } from './public-server.ts'
import { LedgerClient } from './routing/ledger-client.ts'
import { Tally } from './tally.ts'
import { UpstreamMonitor } from './upstreams/monitor.ts'
import { createUpstreams } from './upstreams/upstreams.ts'

/** The whole front door, not yet listening. `main` is for everybody, `control` for the migration team. */
export async function createApp(config: FacadeConfig): Promise<App> {
  const logger = createLogger('facade', config.logLevel)
  const upstreams = createUpstreams(config)
  const monitor = new UpstreamMonitor(upstreams.all)
  const tally = new Tally()
  const events = createEvents(logger, tally)
  const ledger = new LedgerClient({
    url: config.ledgerUrl,
    replicaId: `facade-${randomBytes(3).toString('hex')}`,
    snapshotFile: config.snapshotFile || `${config.dataDir}/facade-snapshot.json`,
    logger,
  })
  const control = await createControlServer({ ledger, upstreams, monitor, tally, logger }, config)
  const main = await createPublicServer({
    upstreams,
    snapshot: () => ledger.snapshot,
    events,
    fallbackAfterMs: config.fallbackAfterMs,
    config,
    logger,
  })

  return {
    async listen() {
      await Promise.all([ledger.start(), monitor.look()])
      return {
        main: await listenOn(main, config.host, config.port),
        control: await listenOn(control, config.host, config.controlPort),
      }
    },
    async close() {
      monitor.close()
      await Promise.all([main.close(), control.close()])
      await ledger.close()
      await Promise.all(upstreams.all.map((upstream) => upstream.close()))
    },
  }
}

async function listenOn(server: FastifyInstance, host: string, port: number): Promise<string> {
  return await server.listen({ host, port })
}
