import { backoffMs } from '../backoff.ts'
import { createBell } from '../bell.ts'
import type { Inbox, Taken } from '../inbox/inbox.ts'
import { parseJson } from './amqp-transport.ts'
import { consume } from './consume.ts'
import type { Session } from './session.ts'
import { queuesOf } from './topology.ts'

export type AmqpConsumerOptions = {
  readonly url: string
  readonly source: string
  /** Who takes in, e.g. `emotion`. */
  readonly consumer: string
  readonly inbox: Inbox
  readonly prefix?: string
  readonly onEvent?: (event: AmqpConsumerEvent) => void
}

export type AmqpConsumerEvent =
  | { readonly event: 'fault'; readonly error: unknown; readonly pauseMs: number }
  /** It went to the broker's dead letters: it is no batch. */
  | { readonly event: 'malformed'; readonly reason: string }

/** Hands what the broker has for a consumer to its inbox, and acknowledges what is committed; until aborted, never throws. */
export type AmqpConsumer = { run(signal: AbortSignal): Promise<void> }

/** One gap is seen in every batch behind it; it is said this often. */
const SAY_AGAIN_AFTER_MS = 2_000

export function createAmqpConsumer(options: AmqpConsumerOptions): AmqpConsumer {
  const { url, source, consumer, inbox, prefix, onEvent } = options
  const queues = queuesOf(source, consumer, prefix)
  let said = { at: '', untilMs: 0 }

  async function askBack(session: Session, at: string): Promise<void> {
    if (said.at === at && performance.now() < said.untilMs) return
    await session.publish(queues.back, Buffer.from(JSON.stringify({ at })))
    said = { at, untilMs: performance.now() + SAY_AGAIN_AFTER_MS }
  }

  /** An empty queue may be one that lost what it had; the relay, if it stands elsewhere, sends it again. */
  async function sayWhereItStands(session: Session, waiting: number): Promise<void> {
    if (waiting === 0) await askBack(session, (await inbox.standing(source))?.place ?? '')
  }

  return {
    run: (signal) =>
      consume(
        {
          url,
          queues,
          queue: 'batches',
          onOpen: sayWhereItStands,
          handle: async ({ content }, session) => {
            const taken = await takePatiently(parseJson(content), session, { ...options, signal })
            if (taken.outcome === 'gap') await askBack(session, taken.at)
            if (taken.outcome === 'malformed') onEvent?.({ event: 'malformed', reason: taken.reason })
            return taken.outcome === 'malformed' ? 'refused' : 'taken'
          },
          onFault: (error, pauseMs) => onEvent?.({ event: 'fault', error, pauseMs }),
        },
        signal,
      ),
  }
}

type Patience = Pick<AmqpConsumerOptions, 'inbox' | 'onEvent'> & { readonly signal: AbortSignal }

/** Keeps the batch while its database is away: handed back, it would only come again, and count as delivered once more. */
async function takePatiently(
  batch: unknown,
  session: Session,
  { inbox, onEvent, signal }: Patience,
): Promise<Taken> {
  const bell = createBell()
  for (let faults = 1; ; faults++) {
    try {
      return await inbox.take(batch)
    } catch (error) {
      const givingUp = AbortSignal.any([signal, session.signal])
      const pauseMs = backoffMs(faults, Math.random)
      if (!givingUp.aborted) onEvent?.({ event: 'fault', error, pauseMs })
      await bell.wait(pauseMs, givingUp)
      if (givingUp.aborted) throw error
    }
  }
}
