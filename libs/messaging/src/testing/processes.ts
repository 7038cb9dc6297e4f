// Processes of the source and of the consumer that can be killed between any two steps, and are started again.
import type { Inbox } from '../inbox/inbox.ts'
import { createRelay, type Relay, type RelayEvent } from '../relay/relay.ts'
import type { Running, TransportKit } from './kit.ts'
import type { TestSource } from './source.ts'

/** Asked before and after every step of a process: true kills it there. */
export type Fate = () => boolean
const SPARED: Fate = () => false

/** The step may be done when its process dies, or not; nobody hears of it. */
function mortal<A extends unknown[], T>(
  step: (...args: A) => Promise<T>,
  fate: Fate,
  die: () => void,
): (...args: A) => Promise<T> {
  const kill = (): never => {
    die()
    throw new Error('killed')
  }
  return async (...args) => {
    if (fate()) kill()
    const result = await step(...args)
    if (fate()) kill()
    return result
  }
}

export type RelayProcess = Running & { readonly relay: Relay; readonly events: RelayEvent[] }

export type RelaySettings = {
  readonly consumers?: readonly string[]
  readonly fate?: Fate
  readonly batchSize?: number
  readonly onDeath?: () => void
}

export function startRelay(
  source: TestSource,
  kit: TransportKit,
  settings: RelaySettings = {},
): RelayProcess {
  const { consumers = ['emotion'], fate = SPARED, batchSize = 3, onDeath } = settings
  const ending = new AbortController()
  const die = () => {
    ending.abort()
    onDeath?.()
  }
  const keeper = source.openKeeper()
  const transport = kit.openTransport(consumers)
  const events: RelayEvent[] = []
  const relay = createRelay({
    outbox: { ...source.outbox, read: mortal(source.outbox.read, fate, die) },
    keeper: { ...keeper, keep: mortal(keeper.keep, fate, die) },
    transport: {
      ...transport,
      lines: transport.lines.map((line) => ({ ...line, send: mortal(line.send, fate, die) })),
    },
    batchSize,
    onEvent: (event) => events.push(event),
  })
  const running = relay.run(ending.signal)
  return {
    relay,
    events,
    stop: async () => {
      ending.abort()
      await running
      await Promise.all([transport.close(), keeper.close()])
    },
  }
}

export type ConsumerSettings = { readonly name?: string; readonly fate?: Fate; readonly onDeath?: () => void }

export function startConsumer(
  inbox: Inbox,
  kit: TransportKit,
  { name = 'emotion', fate = SPARED, onDeath }: ConsumerSettings = {},
): Promise<Running> {
  return kit.startConsumer(name, { ...inbox, take: mortal(inbox.take, fate, () => onDeath?.()) })
}

/** Starts it again whenever it died, until stopped. */
export async function keepStarting(start: (onDeath: () => void) => Promise<Running>): Promise<Running> {
  let isOver = false
  let current: Promise<Running>
  let restarting: Promise<void> = Promise.resolve()
  const begin = (): Promise<Running> => {
    let isDead = false
    const started = start(() => {
      if (isDead) return
      isDead = true
      restarting = restarting.then(async () => {
        if (isOver) return
        await (await started).stop()
        current = begin()
        await current
      })
    })
    return started
  }
  current = begin()
  await current
  return {
    stop: async () => {
      isOver = true
      await restarting
      await (await current).stop()
    },
  }
}
