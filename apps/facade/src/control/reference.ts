import { buildOpenApi } from '@emotibot/contracts'
import apiReference from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'

/** The contract as OpenAPI, and a page to read it in. The page is served whole from here and asks no one else. */
export async function serveReference(server: FastifyInstance): Promise<void> {
  const document = buildOpenApi()
  server.get('/openapi.json', () => document)
  await server.register(apiReference, {
    routePrefix: '/reference',
    configuration: {
      content: document,
      withDefaultFonts: false,
      proxyUrl: '',
      telemetry: false,
      agent: { disabled: true },
      hideClientButton: true,
    },
  })
}
