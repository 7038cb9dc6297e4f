import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { ControlContext } from './context.ts'
import { currentStatus } from './status.ts'

const TELL_EVERY_MS = 2_000
/** A watcher that does not read is let go. */
const UNREAD_LIMIT_BYTES = 1_024 * 1_024

/** Those who watch: each is told the status now, on every change, and every two seconds, which is the heartbeat too. */
export class Watchers {
  readonly #context: ControlContext
  readonly #streams = new Set<ServerResponse>()
  readonly #stopListening: () => void
  readonly #timer: NodeJS.Timeout

  constructor(context: ControlContext) {
    this.#context = context
    this.#stopListening = context.ledger.onChange(() => void this.#tell(this.#streams))
    this.#timer = setInterval(() => void this.#tell(this.#streams), TELL_EVERY_MS).unref()
  }

  /** Makes an answer a stream of server-sent events. */
  add(reply: FastifyReply): void {
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': reply.request.id,
    })
    this.#streams.add(raw)
    raw.once('close', () => this.#streams.delete(raw))
    void this.#tell([raw])
  }

  /** Ends every stream: one without end would hold up a server that closes. */
  close(): void {
    clearInterval(this.#timer)
    this.#stopListening()
    for (const stream of this.#streams) stream.end()
  }

  async #tell(streams: Iterable<ServerResponse>): Promise<void> {
    const listeners = [...streams]
    if (listeners.length === 0) return
    const event = `event: status\ndata: ${JSON.stringify(await currentStatus(this.#context))}\n\n`
    for (const stream of listeners) {
      if (stream.writableLength > UNREAD_LIMIT_BYTES) stream.destroy()
      else if (!stream.writableEnded) stream.write(event)
    }
  }
}
