// The least a proxy on this runtime can do: node:http in front, undici's dispatch behind, nothing decided on the way.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import { sayUrl } from './say-url.ts'

const pool = new Pool(process.argv[2] ?? '', { connections: 64 })

class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse
  constructor(response: ServerResponse) {
    this.#response = response
  }
  onRequestStart(): void {}
  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[]>,
  ): void {
    this.#response.writeHead(status, headers)
  }
  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#response.write(chunk)
  }
  onResponseEnd(): void {
    this.#response.end()
  }
  onResponseError(): void {
    this.#response.destroy()
  }
}

function relay(request: IncomingMessage, response: ServerResponse): void {
  const { connection: _, host: __, ...headers } = request.headers
  const method = request.method as Dispatcher.HttpMethod
  const body = method === 'GET' ? null : request
  pool.dispatch({ path: request.url ?? '/', method, headers, body }, new Relay(response))
}

sayUrl(createServer(relay))
