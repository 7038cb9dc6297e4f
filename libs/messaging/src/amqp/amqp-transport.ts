import Type from 'typebox'
import { Value } from 'typebox/value'
import type { Line, Transport } from '../transport.ts'
import { consume } from './consume.ts'
import { openSession, type Session } from './session.ts'
import { type Queues, queuesOf } from './topology.ts'

export type AmqpTransportOptions = {
  readonly url: string
  /** Who tells, e.g. `conversation`. */
  readonly source: string
  readonly consumers: readonly string[]
  /** Of the names of queues: `emotibot` unless told. */
  readonly prefix?: string
  /** When listening for consumers that miss something fails; it goes on by itself. */
  readonly onFault?: (error: unknown) => void
}

/** What a consumer that misses something says. */
export const Back = Type.Object({ at: Type.String() }, { additionalProperties: false })

/** Every batch is published to its consumer's queue and is sent once the broker has confirmed that it has it for good. */
export function createAmqpTransport(options: AmqpTransportOptions): Transport {
  const lines = options.consumers.map((consumer) => createLine(consumer, options))
  return {
    lines: lines.map(({ line }) => line),
    close: async () => {
      await Promise.all(lines.map(({ close }) => close()))
    },
  }
}

function createLine(consumer: string, { url, source, prefix, onFault }: AmqpTransportOptions) {
  const queues = queuesOf(source, consumer, prefix)
  const stopping = new AbortController()
  let session: Session | null = null
  let listening: Promise<void> = Promise.resolve()

  async function publish(content: Buffer): Promise<void> {
    session ??= await openSession(url, queues)
    try {
      await session.publish(queues.batches, content)
    } catch (error) {
      // What became of the message is not known on this channel; the next try begins on a new one.
      await session?.close()
      session = null
      throw error
    }
  }

  const line: Line = {
    consumer,
    send: async (batch) => {
      await publish(Buffer.from(JSON.stringify(batch)))
      return { outcome: 'delivered' }
    },
    onGap: (goBack) => {
      listening = listen({ url, queues, goBack, onFault, signal: stopping.signal })
    },
  }
  return {
    line,
    close: async () => {
      stopping.abort()
      await Promise.all([listening, session?.close()])
    },
  }
}

type Listening = {
  readonly url: string
  readonly queues: Queues
  readonly goBack: (at: string) => Promise<void>
  readonly onFault: ((error: unknown) => void) | undefined
  readonly signal: AbortSignal
}

function listen({ url, queues, goBack, onFault, signal }: Listening): Promise<void> {
  return consume(
    {
      url,
      queues,
      queue: 'back',
      handle: async ({ content }) => {
        const said = parseJson(content)
        if (!Value.Check(Back, said)) return 'refused'
        await goBack(said.at)
        return 'taken'
      },
      onFault: (error) => onFault?.(error),
    },
    signal,
  )
}

/** Undefined for what is no JSON. */
export function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
