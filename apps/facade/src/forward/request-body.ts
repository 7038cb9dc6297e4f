import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { BODY_LIMIT_BYTES } from '@emotibot/contracts'
import { TooLargeError } from './body-errors.ts'
import { StreamedBody } from './streamed-body.ts'

/** A body in hand, one that is still arriving, or none. */
export type RequestBody = Buffer | StreamedBody | null

export type BodyCallback = (error: Error | null, body: RequestBody) => void

/** Bodies up to here are collected before they are sent on: they can be read for a name, and sent a second time. */
const COLLECTED_BYTES = BODY_LIMIT_BYTES

/**
 * Takes the body of a request. A small one comes as a Buffer once it is complete, a large one as a stream at once;
 * one that says it is too large fails before any of it is read.
 */
export function takeBody(request: IncomingMessage, limitBytes: number, done: BodyCallback): void {
  const { method, headers } = request
  const isChunked = headers['transfer-encoding'] !== undefined
  const declaredBytes = Number(headers['content-length'] ?? 0)
  if (method === 'GET' || method === 'HEAD' || (!isChunked && declaredBytes === 0)) done(null, null)
  else if (declaredBytes > limitBytes) done(new TooLargeError(), null)
  else if (isChunked ? limitBytes <= COLLECTED_BYTES : declaredBytes <= COLLECTED_BYTES)
    collect(request, limitBytes, done)
  else done(null, new StreamedBody(request, limitBytes))
}

function collect(request: IncomingMessage, limitBytes: number, done: BodyCallback): void {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  request.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length
    if (sizeBytes <= limitBytes) chunks.push(chunk)
    else if (sizeBytes - chunk.length <= limitBytes) done(new TooLargeError(), null)
  })
  request.once('end', () => {
    const [first = null] = chunks
    if (sizeBytes <= limitBytes) done(null, chunks.length <= 1 ? first : Buffer.concat(chunks, sizeBytes))
  })
}

/** The body for one attempt; `headers` gets the length a client declared, where undici cannot know it. */
export function openBody(body: RequestBody, headers: string[]): Buffer | Readable | null {
  if (!(body instanceof StreamedBody)) return body
  if (body.declaredLength !== undefined) headers.push('content-length', body.declaredLength)
  return body.open()
}

const LINGER_MS = 2_000

/**
 * Reads and drops what is left of a refused body, for a moment: a client that is still sending would otherwise meet
 * a reset instead of the answer. One that goes on sending is cut off.
 */
export function dropRest(request: IncomingMessage): void {
  if (request.complete) return
  request.resume()
  const timer = setTimeout(() => request.destroy(), LINGER_MS)
  request.once('close', () => clearTimeout(timer))
  request.once('end', () => clearTimeout(timer))
}
