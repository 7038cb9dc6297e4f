import { fileURLToPath } from 'node:url'
import helmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { compressAnswer } from './compress-answer.ts'

const PAGE_FOLDER = fileURLToPath(new URL('./page', import.meta.url))

/** Everything comes from here and nothing is inline, so a script that got into a text could neither run nor call home. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'"],
    'connect-src': ["'self'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  },
}

/** File names carry no hash: a browser keeps its copy and asks, by etag, whether it is still the one. */
const REVALIDATED = 'public, no-cache'

/** Serves the chat page, its assets and its icon; the security headers stand on these answers only. */
export async function mountUi(server: FastifyInstance): Promise<void> {
  await server.register(async (ui) => {
    await ui.register(helmet, {
      contentSecurityPolicy: CONTENT_SECURITY_POLICY,
      referrerPolicy: { policy: 'no-referrer' },
      frameguard: { action: 'deny' },
      // Whether there is TLS is known to what stands in front, not to this process.
      strictTransportSecurity: false,
    })
    ui.addHook('onSend', compressAnswer)
    await ui.register(fastifyStatic, {
      root: PAGE_FOLDER,
      prefix: '/assets/',
      index: false,
      cacheControl: false,
      acceptRanges: false,
      setHeaders: (answer) => answer.header('cache-control', REVALIDATED),
    })
    ui.get('/', (_request, reply: FastifyReply) => reply.sendFile('index.html'))
    ui.get('/favicon.ico', (_request, reply: FastifyReply) => reply.sendFile('favicon.svg'))
  })
}
