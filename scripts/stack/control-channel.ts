// How `npm run app` speaks to a running `npm start`: HTTP on the loopback address with a token that
// only the owner of run.json can read.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { ReplicatedPart } from '../supervisor/replicated-part.ts'
import type { Kept, Supervisor } from '../supervisor/supervisor.ts'

export type ControlChannel = { url: string; close(): void }

type Answer = { status: number; message: string }

/** More than a laptop has use for. */
const MOST_PROCESSES = 4

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

/** `POST /parts/NAME/restart`, `POST /parts/NAME/scale/N` */
async function answer(supervisor: Supervisor, token: string, request: IncomingMessage): Promise<Answer> {
  if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, message: 'Wrong token.' }
  const path = /^\/parts\/([a-z]+)\/(restart|scale)(?:\/(\d+))?$/.exec(request.url ?? '')
  const [, name = '', order = '', count] = path ?? []
  if (request.method !== 'POST' || !path)
    return { status: 400, message: 'There is no such order: restart NAME, or scale NAME N.' }
  const part = supervisor.find(name)
  if (!part)
    return { status: 404, message: `There is no "${name}". There are: ${supervisor.names().join(', ')}.` }
  try {
    return order === 'restart' ? await restart(part) : await scale(part, Number(count), supervisor)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { status: 500, message: `${name} did not ${order}: ${reason}` }
  }
}

async function restart(part: Kept): Promise<Answer> {
  await part.restart()
  return { status: 200, message: `${part.part.name}: restarted.` }
}

async function scale(part: Kept, count: number, supervisor: Supervisor): Promise<Answer> {
  const { name } = part.part
  const refusal = whyNot(part, count, supervisor)
  if (refusal) return { status: 409, message: `${name}: ${refusal}` }
  if (part instanceof ReplicatedPart) await part.scale(count)
  else await (count === 0 ? part.stop() : part.start())
  return { status: 200, message: `${name}: ${count === 1 ? '1 process runs' : `${count} processes run`}.` }
}

function whyNot(part: Kept, count: number, supervisor: Supervisor): string | null {
  if (!(count >= 0 && count <= MOST_PROCESSES)) return `from 0 to ${MOST_PROCESSES} processes, not ${count}.`
  if (count <= 1 || part instanceof ReplicatedPart) return null
  return `it runs as one process here. Those that may be several: ${supervisor.replicable().join(', ')}.`
}

function urlOf(server: Server): string {
  const address = server.address()
  return `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`
}

function close(server: Server): void {
  server.close()
  server.closeAllConnections()
}
