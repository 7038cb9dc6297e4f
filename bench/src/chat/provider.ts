import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** A server that speaks the streamed chat completions of OpenAI's API, as slowly as it is told to. */
export type Provider = {
  /** With its `/v1`, as settings name it. */
  readonly url: string
  /** Before the first byte of an answer; may be changed at any time. */
  delayMs: number
  /** How often it was asked so far. */
  asked(): number
  close(): Promise<void>
}

const event = (data: unknown) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
const choice = (delta: object, finish_reason: string | null = null) =>
  event({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })

const REPLY = [
  choice({ role: 'assistant', content: '' }),
  choice({ content: 'I see. ' }),
  choice({ content: 'Tell me more.' }),
  choice({}, 'stop'),
  event({ choices: [], usage: { total_tokens: 42 } }),
  event('[DONE]'),
].join('')

export async function startProvider(): Promise<Provider> {
  let asked = 0
  const server = createServer(async (request, response) => {
    asked += 1
    request.resume()
    await delay(provider.delayMs)
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(REPLY)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const provider: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    delayMs: 0,
    asked: () => asked,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return provider
}
