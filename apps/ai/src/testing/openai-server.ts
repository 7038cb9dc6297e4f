import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { Message } from '../provider/prompt.ts'

/** What was asked, as it came over the wire. */
export type Asked = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: {
    readonly model: string
    readonly messages: readonly Message[]
    readonly [field: string]: unknown
  }
}

/** How one request is answered; `words` of the reply are chunks of their own. */
export type Behaviour = (response: ServerResponse) => Promise<void> | void

/** An HTTP server that speaks the streamed chat completions of OpenAI's API, well or as badly as it is told to. */
export class OpenAiServer {
  readonly url: string
  readonly asked: Asked[] = []
  /** Answers whatever `next` does not. */
  behaviour: Behaviour = says('Hello there.')
  /** Answers the next requests, one each. */
  readonly next: Behaviour[] = []
  atOnce = 0
  mostAtOnce = 0

  readonly #http: Server

  constructor(http: Server) {
    this.#http = http
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections()
    await new Promise((done) => this.#http.close(done))
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.atOnce += 1
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce)
    response.once('close', () => {
      this.atOnce -= 1
    })
    const body = JSON.parse(await textOf(request)) as Asked['body']
    this.asked.push({ path: request.url ?? '', headers: request.headers, body })
    await (this.next.shift() ?? this.behaviour)(response)
  }
}

/** Gone with the test. */
export async function startOpenAiServer(): Promise<OpenAiServer> {
  const http = createServer(
    (request, response) => void server.answer(request, response).catch(() => response.destroy()),
  )
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const server = new OpenAiServer(http)
  onTestFinished(() => server.close())
  return server
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const choice = (delta: object, finish_reason: string | null = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason }],
})
export const event = (data: unknown): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })
const wordsOf = (text: string): string =>
  (text.match(/\S+\s*/g) ?? []).map((content) => event(choice({ content }))).join('')

type Ending = { readonly finish?: string; readonly tokens?: number | null }

/** A whole reply, as a good endpoint streams it. */
export function says(text: string, { finish = 'stop', tokens = 42 }: Ending = {}): Behaviour {
  const usage = tokens === null ? '' : event({ choices: [], usage: { total_tokens: tokens } })
  const head = event(choice({ role: 'assistant', content: '' }))
  return (response) =>
    void begin(response).end(head + wordsOf(text) + event(choice({}, finish)) + usage + event('[DONE]'))
}

/** An error in the API's shape. */
export function fails(status: number, headers: Record<string, string> = {}): Behaviour {
  return (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ error: { message: 'as it was told to', type: 'test', code: null } }))
}

/** The same, later. */
export function after(ms: number, then: Behaviour): Behaviour {
  return async (response) => {
    await pause(ms)
    await then(response)
  }
}

export const neverAnswers: Behaviour = () => undefined

/** A good head and some words, then silence. */
export const fallsSilent =
  (text: string): Behaviour =>
  (response) =>
    void begin(response).write(wordsOf(text))

/** Some words, then the connection is torn down. */
export const cutsAfter =
  (text: string): Behaviour =>
  async (response) => {
    begin(response).write(wordsOf(text))
    await pause(20)
    response.socket?.resetAndDestroy()
  }

/** A stream of one's own making, ended as if it were whole. */
export const streams =
  (...events: readonly string[]): Behaviour =>
  (response) =>
    void begin(response).end(events.join(''))

/** Some words and an end, but not the reply's. */
export const endsEarly = (text: string): Behaviour => streams(wordsOf(text))

/** Bytes without a line's end, for as long as somebody reads. */
export const neverEndsTheLine: Behaviour = (response) => {
  function* bytes() {
    yield 'data: "'
    for (;;) yield 'x'.repeat(64 * 1_024)
  }
  return pipeline(Readable.from(bytes()), begin(response)).catch(() => undefined)
}

/** The connection is closed before any answer. */
export const hangsUp: Behaviour = (response) => void response.socket?.resetAndDestroy()
