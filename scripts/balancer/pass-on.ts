import { type Agent, type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

/** `unreached`: there was no connection, and nothing of the request was read. */
export type Outcome = 'ended' | 'unreached'

/** Between two connections, not between client and app; and what this server has answered itself. */
const OF_A_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'expect', 'upgrade']

/** Sends a request on and its answer back. What breaks on one side is broken off on the other. Never rejects. */
export function passOn(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { port, agent }: { readonly port: number; readonly agent: Agent },
): Promise<Outcome> {
  const { method, url } = incoming
  const headers = ownHeaders(incoming.rawHeaders)
  const outgoing = request({ host: '127.0.0.1', port, agent, method, path: url, headers })
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  answer.once('close', () => {
    if (!answer.writableFinished) outgoing.destroy()
    resolve('ended')
  })
  outgoing.once('response', (response) => sendBack(response, answer))
  let isReached = false
  onceConnected(outgoing, () => {
    isReached = true
    pipeline(incoming, outgoing, () => undefined)
  })
  outgoing.on('error', () => {
    if (isReached) answer.destroy()
    else resolve('unreached')
  })
  return promise
}

function onceConnected(outgoing: ClientRequest, act: () => void): void {
  outgoing.once('socket', (socket) => (socket.connecting ? socket.once('connect', act) : act()))
}

function sendBack(response: IncomingMessage, answer: ServerResponse): void {
  const { statusCode = 502, statusMessage } = response
  answer.writeHead(statusCode, statusMessage, ownHeaders(response.rawHeaders))
  pipeline(response, answer, () => undefined)
}

/** Names and values by turns, as they came: also a header that came twice. */
function ownHeaders(raw: readonly string[]): string[] {
  return raw.filter((_, at) => !OF_A_CONNECTION.includes(raw[at - (at % 2)]?.toLowerCase() ?? ''))
}
