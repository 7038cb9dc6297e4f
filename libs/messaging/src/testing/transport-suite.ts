import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestConsumer, type TestConsumer } from './consumer.ts'
import type { Running, TransportKit } from './kit.ts'
import { keepStarting, startConsumer, startRelay } from './processes.ts'
import { createTestSource, type TestSource } from './source.ts'
import { until } from './until.ts'

/** What every transport must do; run over each on its real parts. */
export function describeTransport(name: string, createKit: () => Promise<TransportKit>): void {
  let kit: TransportKit
  const closing: (() => Promise<void>)[] = []
  beforeAll(async () => {
    kit = await createKit()
  })
  afterAll(() => kit.close())
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  /** Ended after the test, the last first. */
  function track<T extends { stop(): Promise<void> } | { close(): Promise<void> }>(part: T): T {
    closing.push(() => ('stop' in part ? part.stop() : part.close()))
    return part
  }
  const stage = async (settings: { attempts?: number } = {}) => {
    kit.renew()
    return { source: track(await createTestSource()), consumer: track(await createTestConsumer(settings)) }
  }
  const untilEqual = (source: TestSource, consumer: TestConsumer) =>
    until(async () => JSON.stringify(await consumer.state()) === JSON.stringify(await source.state()))

  describe(name, () => {
    it('carries every change in order, each with one effect', async () => {
      const { source, consumer } = await stage()
      track(await startConsumer(consumer.inbox, kit))
      const { relay } = track(startRelay(source, kit))
      for (let n = 1; n <= 10; n++) {
        await source.record(`turn-${n}`, `text ${n}`)
        relay.wake()
      }
      await untilEqual(source, consumer)
      expect(await consumer.order()).toEqual(Array.from({ length: 10 }, (_, n) => `turn-${n + 1}.1`))
      await source.remove('turn-3')
      await source.record('turn-4', 'changed')
      await untilEqual(source, consumer)
      expect(Object.values(await consumer.effects()).every((count) => count === 1)).toBe(true)
      await until(async () => (await relay.lag())[0]?.entries === 0)
      expect(relay.status()).toMatchObject([{ consumer: 'emotion', state: 'relaying', reason: null }])
    })

    it('tells a consumer that comes late everything from the beginning', async () => {
      const { source, consumer } = await stage()
      track(startRelay(source, kit))
      for (let n = 1; n <= 5; n++) await source.record(`turn-${n}`, `text ${n}`)
      track(await startConsumer(consumer.inbox, kit))
      await untilEqual(source, consumer)
    })

    it('holds nobody up for a consumer that is dead, and brings that one everything when it is back', async () => {
      const { source, consumer: dead } = await stage()
      const alive = track(await createTestConsumer())
      track(await startConsumer(alive.inbox, kit, { name: 'realtime' }))
      const first = await startConsumer(dead.inbox, kit)
      track(startRelay(source, kit, { consumers: ['emotion', 'realtime'] }))
      await source.record('before', 'it died')
      await untilEqual(source, dead)
      await first.stop()
      for (let n = 1; n <= 5; n++) await source.record(`turn-${n}`, `text ${n}`)
      await untilEqual(source, alive)
      expect(await dead.state()).toEqual({ before: 'it died' })
      track(await startConsumer(dead.inbox, kit))
      await untilEqual(source, dead)
    })

    it('goes back for a consumer that was restored from a backup, or never had what was relayed', async () => {
      const { source, consumer } = await stage()
      const running = await startConsumer(consumer.inbox, kit)
      track(startRelay(source, kit))
      for (let n = 1; n <= 5; n++) await source.record(`turn-${n}`, `text ${n}`)
      await untilEqual(source, consumer)
      await running.stop()
      await consumer.sql`truncate projection_places, inbox, known`
      track(await startConsumer(consumer.inbox, kit))
      await source.record('turn-6', 'after the restore')
      await untilEqual(source, consumer)
    })

    it('passes by a poisonous event: it is a dead letter, and all others arrive', async () => {
      const { source, consumer } = await stage({ attempts: 2 })
      track(await startConsumer(consumer.inbox, kit))
      track(startRelay(source, kit))
      for (const text of ['one', 'poison', 'thrown', 'four']) await source.record(text, text)
      await until(async () => (await consumer.inbox.deadLetters.list()).length === 2)
      await until(async () => 'four' in (await consumer.state()))
      expect(await consumer.state()).toEqual({ four: 'four', one: 'one' })
      await source.record('poison', 'mended')
      await source.record('thrown', 'mended')
      await untilEqual(source, consumer)
    })

    it('carries large events, and tells of one that is too large without what it holds', async () => {
      const { source, consumer } = await stage()
      track(await startConsumer(consumer.inbox, kit))
      track(startRelay(source, kit, { batchSize: 200 }))
      for (let n = 1; n <= 8; n++) await source.record(`large-${n}`, `${n}`.repeat(300_000))
      await untilEqual(source, consumer)
      await source.record('too-large', 'x'.repeat(9 * 1024 * 1024))
      await source.record('small', 'after it')
      await until(async () => 'small' in (await consumer.state()))
      expect(await consumer.inbox.deadLetters.list()).toMatchObject([{ event_id: 'too-large.1' }])
    })

    it('tells how far the source is also when it has no events', async () => {
      const { source, consumer } = await stage()
      track(await startConsumer(consumer.inbox, kit))
      const { relay } = track(startRelay(source, kit))
      await source.record('a', 'one')
      await untilEqual(source, consumer)
      const before = await consumer.inbox.standing('conversation')
      await source.touch()
      relay.wake()
      await until(
        async () => ((await consumer.inbox.standing('conversation'))?.place ?? '') > (before?.place ?? ''),
      )
      expect((await consumer.inbox.standing('conversation'))?.places).toMatchObject([{ seq: 2 }])
    })

    it('is led by one process at a time, and by the next when that ends', async () => {
      const { source, consumer } = await stage()
      track(await startConsumer(consumer.inbox, kit))
      const first = startRelay(source, kit)
      await until(() => first.relay.status()[0]?.state === 'relaying')
      const second = track(startRelay(source, kit))
      await source.record('a', 'by the first')
      await untilEqual(source, consumer)
      expect(second.relay.status()).toMatchObject([{ state: 'standing by', place: null }])
      await first.stop()
      await source.record('b', 'by the second')
      await untilEqual(source, consumer)
      // The consumer has it a moment before the relay knows.
      await until(() => second.relay.status()[0]?.state === 'relaying')
    })

    it('ends with the consumer’s state equal to the source’s, whoever is killed between any two steps', async () => {
      const step = fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record({ id: fc.integer({ min: 1, max: 6 }), text: fc.string({ maxLength: 8 }) }),
        },
        { weight: 2, arbitrary: fc.record({ id: fc.integer({ min: 7, max: 9 }), text: fc.constant(null) }) },
      )
      const property = fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 20 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 19 })),
        async (steps, rolls) => {
          const fate = () => rolls.next().value === 0
          await survives(await stage(), steps, fate)
          for (const close of closing.splice(0).reverse()) await close()
        },
      )
      await fc.assert(property, { numRuns: kit.runs, endOnFailure: true })
    }, 240_000)
  })

  type Step = { readonly id: number; readonly text: string | null }
  type Stage = { readonly source: TestSource; readonly consumer: TestConsumer }

  async function survives({ source, consumer }: Stage, steps: readonly Step[], fate: () => boolean) {
    const processes: Running[] = await Promise.all([
      keepStarting(async (onDeath) => startRelay(source, kit, { fate, onDeath, batchSize: 2 })),
      keepStarting(async (onDeath) => startRelay(source, kit, { fate, onDeath, batchSize: 3 })),
      keepStarting((onDeath) => startConsumer(consumer.inbox, kit, { fate, onDeath })),
    ])
    try {
      for (const { id, text } of steps) {
        await source.record(`turn-${id}`, (text ?? 'to be deleted').replaceAll('\0', ''))
        if (text === null) await source.remove(`turn-${id}`)
      }
      await untilEqual(source, consumer)
      expect(Object.values(await consumer.effects()).every((count) => count === 1)).toBe(true)
      expect(await consumer.inbox.deadLetters.list()).toEqual([])
    } finally {
      await Promise.all(processes.map((each) => each.stop()))
    }
  }
}
