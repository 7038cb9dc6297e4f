import { authEntities } from '@emotibot/migration-auth'
import { type App, createLogger, createServer } from '@emotibot/service-kit'
import { createCarveOut } from './carve-out.ts'
import type { MoverConfig } from './config.ts'
import { createEvents } from './events.ts'
import { mountMoverRoutes } from './routes.ts'

/** The mover: for every domain that is carved out, each side's feed applied to the other side. */
export function createApp(config: MoverConfig): App {
  const logger = createLogger('mover', config.logLevel)
  const events = createEvents(logger)
  const carveOuts = [
    createCarveOut({
      domain: 'auth',
      entities: authEntities,
      sqliteFile: config.sqliteFile,
      databaseUrl: config.authDatabaseUrl,
      events,
    }),
  ]
  const server = createServer({ name: 'mover', logLevel: config.logLevel, logger })
  mountMoverRoutes(server, { carveOuts, secret: config.secret })

  return {
    async listen() {
      const main = await server.listen({ host: config.host, port: config.port })
      for (const carveOut of carveOuts) carveOut.start()
      return { main }
    },
    async close() {
      await server.close()
      await Promise.all(carveOuts.map((carveOut) => carveOut.stop()))
    },
  }
}
