import type { ConsumeMessage } from 'amqplib'
import { backoffMs } from '../backoff.ts'
import { createBell } from '../bell.ts'
import { openSession, type Session } from './session.ts'
import type { Queues } from './topology.ts'

export type Consuming = {
  readonly url: string
  readonly queues: Queues
  readonly queue: keyof Queues
  /** Before the first message of every session. `waiting`: how many messages there are. */
  readonly onOpen?: (session: Session, waiting: number) => Promise<void>
  /** One message at a time. `taken` is acknowledged, `refused` goes to the dead letters; what it throws ends the session. */
  readonly handle: (message: ConsumeMessage, session: Session) => Promise<'taken' | 'refused'>
  readonly onFault: (error: unknown, pauseMs: number) => void
}

/** Consumes a queue, over as many sessions as it takes, until aborted. */
export async function consume(consuming: Consuming, signal: AbortSignal): Promise<void> {
  const bell = createBell()
  for (let faults = 0; !signal.aborted; ) {
    try {
      const session = await openSession(consuming.url, consuming.queues)
      const error = await consumeUntilEnded(session, consuming, { signal, onHandled: () => (faults = 0) })
      if (!signal.aborted) throw error
    } catch (error) {
      faults += 1
      const pauseMs = backoffMs(faults, Math.random)
      if (!signal.aborted) consuming.onFault(error, pauseMs)
      await bell.wait(pauseMs, signal)
    }
  }
}

type Until = { readonly signal: AbortSignal; readonly onHandled: () => void }

async function consumeUntilEnded(
  session: Session,
  { queues, queue, handle, onOpen }: Consuming,
  { signal, onHandled }: Until,
): Promise<unknown> {
  const { channel } = session
  const { promise: failed, resolve: fail } = Promise.withResolvers<unknown>()
  let atWork: Promise<void> = Promise.resolve()
  const stop = () => fail(null)
  signal.addEventListener('abort', stop, { once: true })
  // While the session was opened, nobody listened.
  if (signal.aborted) stop()

  async function work(message: ConsumeMessage | null): Promise<void> {
    // No message: the broker has taken the queue away.
    if (!message) return fail(new Error(`${queues[queue]} was deleted`))
    try {
      const outcome = await handle(message, session)
      if (outcome === 'taken') channel.ack(message)
      else channel.reject(message, false)
      onHandled()
    } catch (error) {
      fail(error)
    }
  }

  try {
    await channel.prefetch(1)
    if (onOpen) await onOpen(session, (await channel.checkQueue(queues[queue])).messageCount)
    await channel.consume(queues[queue], (message) => {
      atWork = work(message)
    })
    return await Promise.race([failed, session.ended])
  } finally {
    signal.removeEventListener('abort', stop)
    await atWork
    await session.close()
  }
}
