// How `npm run app` speaks to a running `npm start`: HTTP on the loopback address with a token that
// only the owner of run.json can read.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Supervisor } from '../supervisor/supervisor.ts'

export type Order = 'restart' | 'stop' | 'start'

export type ControlChannel = { url: string; close(): void }

type Answer = { status: number; message: string }

export function openControlChannel(supervisor: Supervisor, token: string): Promise<ControlChannel> {
  const server = createServer(async (request, response) => {
    const { status, message } = await answer(supervisor, token, request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve({ url: urlOf(server), close: () => close(server) }))
  })
}

/** `POST /parts/NAME/ORDER` */
async function answer(supervisor: Supervisor, token: string, request: IncomingMessage): Promise<Answer> {
  if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, message: 'Wrong token.' }
  const [, name = '', order = ''] = /^\/parts\/([a-z]+)\/([a-z]+)$/.exec(request.url ?? '') ?? []
  const part = supervisor.find(name)
  if (!part)
    return { status: 404, message: `There is no "${name}". There are: ${supervisor.names().join(', ')}.` }
  if (request.method !== 'POST' || !isOrder(order))
    return { status: 400, message: `There is no order "${order}".` }
  try {
    await part[order]()
    return { status: 200, message: `${name}: ${order} done.` }
  } catch (error) {
    return {
      status: 500,
      message: `${name} did not ${order}: ${error instanceof Error ? error.message : error}`,
    }
  }
}

const isOrder = (order: string): order is Order => ['restart', 'stop', 'start'].includes(order)

function urlOf(server: Server): string {
  const address = server.address()
  return `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`
}

function close(server: Server): void {
  server.close()
  server.closeAllConnections()
}
