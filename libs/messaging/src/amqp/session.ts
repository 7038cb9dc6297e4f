import { type ConfirmChannel, connect } from 'amqplib'
import { brokerGoneError, lateConfirmError, notConfirmedError, unroutableError } from '../errors.ts'
import { declareQueues, type Queues } from './topology.ts'

/** A connection with one channel, and the queues declared. It ends once, and is opened anew by whoever needs it. */
export type Session = {
  readonly channel: ConfirmChannel
  /** Resolves with the reason when the connection or the channel is gone. */
  readonly ended: Promise<Error>
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
    return { channel, ended, publish: createPublish(channel, ended), close }
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
  let count = 0
  channel.on('return', ({ properties }) => returned.add(String(properties.messageId)))

  return async (queue, content) => {
    count += 1
    const messageId = String(count)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => reject(lateConfirmError(queue, CONFIRM_WITHIN_MS)), CONFIRM_WITHIN_MS)
    void ended.then(reject)
    const options = { persistent: true, mandatory: true, messageId, contentType: 'application/json' }
    try {
      channel.publish('', queue, content, options, (error: unknown) => {
        if (error) reject(notConfirmedError(queue, error))
        else if (returned.delete(messageId)) reject(unroutableError(queue))
        else resolve()
      })
      await promise
    } finally {
      clearTimeout(timer)
    }
  }
}
