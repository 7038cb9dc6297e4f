import { Agent, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

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

  async function send({ method, path, headers = [], body }: RawRequest): Promise<RawAnswer> {
    const flat = [...(names(headers).has('host') ? [] : ['host', host]), ...headers.flat()]
    // As browsers do: a POST without a body says that it has none.
    const isLengthKnown = body !== undefined || method !== 'GET'
    const length = isLengthKnown ? ['content-length', String(Buffer.byteLength(body ?? ''))] : []
    const hasLength = names(headers).has('content-length') || names(headers).has('transfer-encoding')
    const sent = request({
      agent,
      hostname,
      port,
      method,
      path,
      headers: [...flat, ...(hasLength ? [] : length)],
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      insecureHTTPParser: false,
    })
    return await new Promise<RawAnswer>((resolve, reject) => {
      sent.once('error', reject)
      sent.once('response', (answer) => {
        const whole = buffer(answer).then((bytes) => ({
          status: answer.statusCode ?? 0,
          headers: pairs(answer.rawHeaders),
          body: bytes,
        }))
        whole.then(resolve, reject)
      })
      sent.end(body)
    })
  }
  return { send, close: () => agent.destroy() }
}
export type RawSender = ReturnType<typeof createRawSender>

function names(headers: readonly (readonly [string, string])[]): Set<string> {
  return new Set(headers.map(([name]) => name.toLowerCase()))
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1] ?? ''] as const] : []))
}
