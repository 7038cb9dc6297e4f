import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setImmediate as aTick, setTimeout as delay } from 'node:timers/promises'

/** A request as its bytes go out: header names as spelled, repeated ones too. */
export type RawRequest = {
  readonly method: string
  /** Path and query, sent as they are. */
  readonly path: string
  /** Name and value pairs, in order. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: Buffer | string
}

export type RawAnswer = {
  readonly status: number
  /** Name (lower case) and value pairs, in order. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

const ANSWER_WITHIN_MS = 20_000

/** Sends requests as they are spelled and reads answers as they are: `fetch` mends both. Close it when done. */
export function createRawSender(baseUrl: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const { hostname, port, host } = new URL(baseUrl)

  async function send(raw: RawRequest): Promise<RawAnswer> {
    const { method, path } = raw
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const sent = request({ agent, hostname, port, method, path, headers: headersOf(raw, host), signal })
    const answered = answerOf(sent)
    await Promise.all([answered, writeBody(sent, Buffer.from(raw.body ?? ''), answered)])
    const answer = await readAnswer(await answered)
    // A body that was broken off leaves a connection on which nothing can follow.
    if (!sent.writableEnded) sent.destroy()
    return answer
  }
  return { send, close: () => agent.destroy() }
}
export type RawSender = ReturnType<typeof createRawSender>

function headersOf({ method, headers = [], body }: RawRequest, host: string): string[] {
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const isFramed = given.has('content-length') || given.has('transfer-encoding')
  // As browsers do: a POST without a body says that it has none.
  const isLengthSaid = !isFramed && (body !== undefined || method !== 'GET')
  return [
    ...(given.has('host') ? [] : ['host', host]),
    ...headers.flat(),
    ...(isLengthSaid ? ['content-length', String(Buffer.byteLength(body ?? ''))] : []),
  ]
}

/** A broken connection may be told twice; the first word counts. */
function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject)
    sent.once('response', resolve)
  })
}

const PIECE_BYTES = 64 * 1_024

/** One who refuses a large body by its length alone says so before the first byte of it. */
const HEAD_START_MS = 150

/**
 * Writes piece by piece and stops when the answer is there: one who refuses a large body closes the connection, and
 * what is still written then would break it before the answer is read.
 */
async function writeBody(sent: ClientRequest, body: Buffer, answered: Promise<unknown>): Promise<void> {
  let isAnswered = false
  const stop = () => {
    isAnswered = true
  }
  const settled = answered.then(stop, stop)
  if (body.length > PIECE_BYTES) {
    sent.flushHeaders()
    await Promise.race([settled, delay(HEAD_START_MS)])
  }
  for (let at = 0; at < body.length - PIECE_BYTES && !isAnswered; at += PIECE_BYTES) {
    const isRoom = sent.write(body.subarray(at, at + PIECE_BYTES))
    await (isRoom ? aTick() : Promise.race([once(sent, 'drain'), settled]))
  }
  if (!isAnswered) sent.end(body.subarray(lastPieceOf(body)))
}

function lastPieceOf({ length }: Buffer): number {
  return Math.max(0, Math.ceil((length - PIECE_BYTES) / PIECE_BYTES)) * PIECE_BYTES
}

async function readAnswer(answer: IncomingMessage): Promise<RawAnswer> {
  const body = await buffer(answer)
  return { status: answer.statusCode ?? 0, headers: pairs(answer.rawHeaders), body }
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1] ?? ''] as const] : []))
}
