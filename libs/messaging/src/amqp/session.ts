import { type ConfirmChannel, connect } from 'amqplib'
import { brokerGoneError, lateConfirmError, notConfirmedError, unroutableError } from '../errors.ts'
import { declareQueues, type Queues } from './topology.ts'

/** A connection with one channel, and the queues declared. It ends once, and is opened anew by whoever needs it. */
export type Session = {
  readonly channel: ConfirmChannel
  /** Resolves with the reason when the connection or the channel is gone. */
  readonly ended: Promise<Error>
  /** Aborted then. */
  readonly signal: AbortSignal
  /** Resolves once the broker has it for good. */
  publish(queue: string, content: Buffer): Promise<void>
  close(): Promise<void>
}

const CONNECT_WITHIN_MS = 5_000
const CONFIRM_WITHIN_MS = 10_000
/** A broker that froze is noticed within two of these. */
const HEARTBEAT_SECONDS = 5

export async function openSession(url: string, queues: Queues): Promise<Session> {
  const connection = await connect(withHeartbeat(url), { timeout: CONNECT_WITHIN_MS, noDelay: true })
  const { promise: ended, resolve: end } = Promise.withResolvers<Error>()
  const ending = new AbortController()
  void ended.then((error) => ending.abort(error))
  connection.on('error', (error) => end(brokerGoneError(error)))
  connection.on('close', (error) => end(brokerGoneError(error)))
  const close = async () => {
    end(brokerGoneError(null))
    // It may be gone already.
    await connection.close().catch(() => undefined)
  }
  try {
    const channel = await connection.createConfirmChannel()
    channel.on('error', (error) => end(brokerGoneError(error)))
    channel.on('close', () => end(brokerGoneError(null)))
    await Promise.race([declareQueues(channel, queues), ended.then((error) => Promise.reject(error))])
    return { channel, ended, signal: ending.signal, publish: createPublish(channel, ended), close }
  } catch (error) {
    await close()
    throw error
  }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS))
  return parsed.href
}

/** Mandatory, for a message to a queue that is gone is confirmed too; its return comes before the confirmation. */
function createPublish(channel: ConfirmChannel, ended: Promise<Error>): Session['publish'] {
  const returned = new Set<string>()
  const waiting = new Set<(error: Error) => void>()
  let count = 0
  channel.on('return', ({ properties }) => returned.add(String(properties.messageId)))
  void ended.then((error) => {
    for (const reject of waiting) reject(error)
  })

  return (queue, content) => {
    count += 1
    const messageId = String(count)
    const options = { persistent: true, mandatory: true, messageId, contentType: 'application/json' }
    return new Promise<void>((resolve, reject) => {
      const settle = (error: Error | null): void => {
        clearTimeout(timer)
        waiting.delete(settle)
        if (error) reject(error)
        else resolve()
      }
      const timer = setTimeout(() => settle(lateConfirmError(queue, CONFIRM_WITHIN_MS)), CONFIRM_WITHIN_MS)
      waiting.add(settle)
      try {
        channel.publish('', queue, content, options, (error: unknown) => {
          const isReturned = returned.delete(messageId)
          settle(error ? notConfirmedError(queue, error) : isReturned ? unroutableError(queue) : null)
        })
      } catch (error) {
        // A channel that is closed takes nothing.
        settle(brokerGoneError(error))
      }
    })
  }
}
