import { INTERNAL_PATHS } from '@emotibot/contracts'
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where an app registers counters of its own. */
    metrics: Registry
  }
}

/** Request durations by route and status, the process's own figures, and the page Prometheus reads. */
export function createMetrics(server: FastifyInstance): void {
  const registry = new Registry()
  server.decorate('metrics', registry)
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'emotibot_http_request_duration_seconds',
    help: 'Duration of answered requests',
    labelNames: ['route', 'status'] as const,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.config.routeKey ?? 'other'
    durations.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1_000)
  })
  server.get(INTERNAL_PATHS.metrics, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}
