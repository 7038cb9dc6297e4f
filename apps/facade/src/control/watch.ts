import type { FastifyReply } from 'fastify'
import type { ControlContext } from './context.ts'
import { currentStatus } from './status.ts'

const TELL_EVERY_MS = 2_000
/** A watcher that does not read is let go. */
const UNREAD_LIMIT_BYTES = 1_024 * 1_024

/** Server-sent events: the status now, on every change, and every two seconds, which is the heartbeat too. */
export function watch(reply: FastifyReply, context: ControlContext): void {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': reply.request.id,
  })
  const tell = () =>
    void currentStatus(context).then(
      (status) => {
        if (raw.writableLength > UNREAD_LIMIT_BYTES) raw.destroy()
        else if (!raw.writableEnded) raw.write(`event: status\ndata: ${JSON.stringify(status)}\n\n`)
      },
      // The ledger went away in between; the next telling says so.
      () => undefined,
    )
  const timer = setInterval(tell, TELL_EVERY_MS)
  const stopListening = context.ledger.onChange(tell)
  raw.once('close', () => {
    clearInterval(timer)
    stopListening()
  })
  tell()
}
