import { type App, type Config, createServer, type Handlers, mountRoutes } from '@emotibot/service-kit'
import type { configSchema } from './config.ts'
import { looksAtNoToken } from './errors.ts'
import { analyzeOne } from './routes/analyze.ts'
import { analyzeMany } from './routes/batch.ts'

const handlers = {
  'emotion.analyze': analyzeOne,
  'emotion.batch': analyzeMany,
} satisfies Handlers

/** The emotion service: what texts sound like. */
export function createApp(config: Config<typeof configSchema>): App {
  const server = createServer({
    name: 'emotion',
    logLevel: config.logLevel,
    routes: Object.keys(handlers),
  })
  mountRoutes(server, handlers, { verify: looksAtNoToken, renew: null })
  return {
    async listen() {
      return { main: await server.listen({ host: config.host, port: config.port }) }
    },
    close: () => server.close(),
  }
}
