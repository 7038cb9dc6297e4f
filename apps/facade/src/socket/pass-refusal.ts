import type { IncomingMessage } from 'node:http'
import { answerHeaders } from '../forward/answer-headers.ts'
import type { SocketArrival } from './upgrades.ts'

const REFUSAL_LIMIT_BYTES = 64 * 1_024

/** Gives the client the side's own answer to a handshake that it refuses. */
export function passRefusal({ response, requestId, headers }: SocketArrival, answer: IncomingMessage): void {
  const own = ['x-request-id', requestId, ...headers]
  response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.headers, own))
  let sizeBytes = 0
  answer.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length
    if (sizeBytes <= REFUSAL_LIMIT_BYTES) response.write(chunk)
    else answer.destroy()
  })
  answer.once('close', () => response.end())
}
