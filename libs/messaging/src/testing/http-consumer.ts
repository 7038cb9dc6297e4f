import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type EndpointAnswer, inboxEndpoints } from '../inbox/endpoints.ts'
import type { Inbox } from '../inbox/inbox.ts'

export type HttpConsumer = { readonly url: string; close(): Promise<void> }

/** Mounts an inbox's endpoints on a real port, as an app does, without its check of who calls. */
export async function serveInbox(inbox: Inbox, port = 0): Promise<HttpConsumer> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(inbox, request)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body ? JSON.stringify(body) : undefined)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closeServer(server) }
}

async function answer(inbox: Inbox, request: IncomingMessage): Promise<EndpointAnswer> {
  const { pathname } = new URL(request.url ?? '/', 'http://test')
  const body = await readBody(request)
  for (const { method, path, handle } of inboxEndpoints(inbox)) {
    const pattern = new RegExp(`^${path.replace(':id', '(?<id>[^/]+)')}$`)
    const match = pattern.exec(pathname)
    if (method !== request.method || !match) continue
    return handle({ params: { ...match.groups }, body }).catch((error: unknown) => ({
      status: 503,
      body: { code: 'BUSY', message: String(error) },
    }))
  }
  return { status: 404, body: { code: 'NOT_FOUND' } }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}

function portOf(server: Server): number {
  const address = server.address()
  return address && typeof address === 'object' ? address.port : 0
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}
