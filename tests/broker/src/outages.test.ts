import { setTimeout as delay } from 'node:timers/promises'
import {
  createTestConsumer,
  createTestSource,
  recordedEvent,
  SOURCE,
  startConsumer,
  startRelay,
  type TestConsumer,
  type TestSource,
  until,
} from '@emotibot/messaging/testing'
import { connect } from 'amqplib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type AmqpKit, createAmqpKit } from './amqp-kit.ts'
import { type RabbitServer, startRabbitServer } from './rabbit-server.ts'

/** A node takes its time to start, more so on a busy machine. */
vi.setConfig({ testTimeout: 240_000 })

let server: RabbitServer
let kit: AmqpKit
let source: TestSource
let consumer: TestConsumer
const closing: (() => Promise<void>)[] = []
beforeAll(async () => {
  server = await startRabbitServer()
  kit = createAmqpKit(server.url)
})
afterAll(() => server.remove())
beforeEach(async () => {
  kit.renew()
  source = await createTestSource()
  consumer = await createTestConsumer({ attempts: 2 })
  closing.push(source.close, consumer.close)
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function startBoth(): Promise<void> {
  closing.push((await startConsumer(consumer.inbox, kit)).stop)
  closing.push(startRelay(source, kit).stop)
}

const untilEqual = () =>
  until(async () => JSON.stringify(await consumer.state()) === JSON.stringify(await source.state()))

async function writeMany(from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n++) {
    await source.record(`turn-${n}`, `text ${n}`)
    await delay(5)
  }
}

const batchesQueue = () => `${kit.prefix()}.${SOURCE}.emotion`

/** Asks the broker itself, over a connection of its own. */
async function withChannel<T>(
  ask: (channel: Awaited<ReturnType<typeof openChannel>>['channel']) => Promise<T>,
): Promise<T> {
  const { connection, channel } = await openChannel()
  try {
    return await ask(channel)
  } finally {
    await connection.close()
  }
}

async function openChannel() {
  const connection = await connect(server.url)
  return { connection, channel: await connection.createConfirmChannel() }
}

const waitingIn = (queue: string): Promise<number> =>
  withChannel(async (channel) => (await channel.checkQueue(queue)).messageCount)

describe('when RabbitMQ is killed in mid-stream', () => {
  it('nothing is lost and nothing has two effects, though it comes back twice', async () => {
    await startBoth()
    await until(() => server.hasWritten(batchesQueue()))
    for (const round of [0, 1]) {
      const writing = writeMany(round * 100, 60)
      await until(async () => Object.keys(await consumer.state()).length > round * 60 + 5)
      await server.kill()
      await writing
      await server.start()
      await untilEqual()
    }
    expect(Object.keys(await consumer.state())).toHaveLength(120)
    expect(Object.values(await consumer.effects()).every((count) => count === 1)).toBe(true)
  })

  it('the service that tells goes on, and says what it waits for', async () => {
    const relay = startRelay(source, kit)
    closing.push(relay.stop)
    await until(() => server.hasWritten(batchesQueue()))
    await server.kill()
    await source.record('a', 'one')
    await until(() => relay.relay.status()[0]?.state === 'faulty')
    expect(relay.relay.status()[0]?.reason).toEqual(expect.any(String))
    await server.start()
    await until(() => relay.relay.status()[0]?.state === 'relaying')
  })
})

it('goes on after its queue was emptied, or deleted, under it', async () => {
  await startBoth()
  await writeMany(1, 5)
  await untilEqual()
  for (const ruin of ['purgeQueue', 'deleteQueue'] as const) {
    await withChannel((channel) => channel[ruin](batchesQueue()))
    await source.record(`after-${ruin}`, 'here')
    await untilEqual()
  }
})

it('has what was lost with the broker’s data sent again, when the consumer finds its queue empty', async () => {
  const relay = startRelay(source, kit)
  closing.push(relay.stop)
  await writeMany(1, 5)
  await until(async () => (await relay.relay.lag())[0]?.entries === 0)
  await withChannel((channel) => channel.purgeQueue(batchesQueue()))
  closing.push((await startConsumer(consumer.inbox, kit)).stop)
  await untilEqual()
})

it.each([
  ['no JSON', 'not json'],
  ['no batch', '{"events":7}'],
])('puts what is %s among the broker’s dead letters, and goes on', async (_what, text) => {
  await startBoth()
  await source.record('a', 'one')
  await untilEqual()
  await withChannel(async (channel) => {
    channel.sendToQueue(batchesQueue(), Buffer.from(text), { persistent: true })
    await channel.waitForConfirms()
  })
  await source.record('b', 'two')
  await untilEqual()
  await until(async () => (await waitingIn(`${batchesQueue()}.dead`)) === 1)
})

it('keeps a batch while the consumer’s database refuses it, and does not count that as deliveries', async () => {
  await startBoth()
  await source.record('a', 'one')
  await untilEqual()
  await consumer.sql`alter table known rename to gone`
  await source.record('b', 'two')
  const before = performance.now()
  await until(() => performance.now() > before + 3_000)
  await consumer.sql`alter table gone rename to known`
  await untilEqual()
  expect(await waitingIn(`${batchesQueue()}.dead`)).toBe(0)
})

it('puts a batch that brought its consumer down too often aside, and has it sent again', async () => {
  closing.push(startRelay(source, kit).stop)
  await source.record('a', 'one')
  await until(async () => (await waitingIn(batchesQueue()).catch(() => 0)) > 0)
  await withChannel(async (channel) => {
    // Single: whoever else consumes waits for this one.
    await channel.consume(batchesQueue(), (message) => message && channel.nack(message))
    await until(async () => (await waitingIn(`${batchesQueue()}.dead`)) > 0)
  })
  closing.push((await startConsumer(consumer.inbox, kit)).stop)
  await untilEqual()
})

it('takes a foreign batch in that says it is of the source only in its turn', async () => {
  await startBoth()
  await source.record('a', 'one')
  await untilEqual()
  const foreign = {
    source: SOURCE,
    after: 'elsewhere.000000000001',
    upTo: 'elsewhere.000000000002',
    places: [],
    events: [recordedEvent('x', 'never', 1)],
  }
  await withChannel(async (channel) => {
    channel.sendToQueue(batchesQueue(), Buffer.from(JSON.stringify(foreign)), { persistent: true })
    await channel.waitForConfirms()
  })
  await source.record('b', 'two')
  await untilEqual()
  expect(await consumer.effects()).toEqual({ 'a.1': 1, 'b.1': 1 })
})
