import { type App, createLogger, createServer } from '@emotibot/service-kit'
import { createCarveOuts } from './carve-outs.ts'
import type { MoverConfig } from './config.ts'
import { carvedDomains } from './domains.ts'
import { createEvents } from './events.ts'
import type { StepHook } from './flip/driver.ts'
import { FlipLedger } from './flip/flip-ledger.ts'
import { mountMoverRoutes } from './routes.ts'

export type MoverOptions = {
  /** Called around every step of a flip: for tests that fail a mover at each. */
  readonly onStep?: StepHook
}

/** The mover: for every domain that is carved out, each side's feed applied to the other side; drives flips. */
export function createApp(config: MoverConfig, options: MoverOptions = {}): App {
  const logger = createLogger('mover', config.logLevel)
  const events = createEvents(logger)
  const ledger = config.ledgerUrl === '' ? null : new FlipLedger(config.ledgerUrl)
  const { sqliteFile, flipBudgetMs } = config
  const common = { sqliteFile, flipBudgetMs, events, ledger, ...options }
  const carveOuts = createCarveOuts(carvedDomains(config), common)
  const server = createServer({ name: 'mover', logLevel: config.logLevel, logger })
  mountMoverRoutes(server, { carveOuts, secret: config.secret })

  return {
    async listen() {
      const main = await server.listen({ host: config.host, port: config.port })
      carveOuts.start()
      return { main }
    },
    async close() {
      await server.close()
      await carveOuts.stop()
      await ledger?.close()
    },
  }
}
