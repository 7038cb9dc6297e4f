import { expect, it, onTestFinished } from 'vitest'
import { createTestSource } from '../testing/source.ts'
import { until } from '../testing/until.ts'
import type { Delivery, Line } from '../transport.ts'
import { createLinePasses } from './line-passes.ts'
import { isWorthSending } from './next-page.ts'
import type { OutboxPage } from './outbox-reader.ts'

async function stage(deliver: () => Delivery = () => ({ outcome: 'delivered' })) {
  const source = await createTestSource()
  onTestFinished(source.close)
  const sent: { after: string; events: number }[] = []
  const line: Line = {
    consumer: 'emotion',
    send: async ({ after, events }) => {
      sent.push({ after, events: events.length })
      return deliver()
    },
  }
  const keeper = source.openKeeper()
  const passes = createLinePasses(line, {
    outbox: source.outbox,
    keeper,
    transport: { lines: [line], close: async () => {} },
  })
  return { source, keeper, passes, sent }
}

it('keeps its place where the consumer is when that stands somewhere the source cannot read from', async () => {
  const { source, keeper, passes } = await stage(() => ({ outcome: 'gap', at: 'another.000000000001' }))
  await source.record('a', 'one')
  await expect(passes.pass()).rejects.toThrow(RangeError)
  expect([passes.place(), (await keeper.lead('emotion'))?.place]).toEqual(['', ''])
})

it('sends batches of a size that can travel, one event at a time when they are large', async () => {
  const { source, passes, sent } = await stage()
  for (let n = 1; n <= 5; n++) await source.record(`large-${n}`, 'x'.repeat(400_000))
  await until(async () => (await passes.pass()) === 'idle')
  expect(sent.map(({ events }) => events)).toEqual([1, 1, 1, 1, 1])
})

it('sends nothing twice while nothing is new', async () => {
  const { source, passes, sent } = await stage()
  await source.record('a', 'one')
  expect([await passes.pass(), await passes.pass(), await passes.pass()]).toEqual(['moved', 'idle', 'idle'])
  expect(sent).toHaveLength(1)
})

const page = (changed: Partial<OutboxPage> & { readonly to?: string; readonly events?: [] }): OutboxPage => ({
  batch: { source: 's', after: 'a.1', upTo: changed.to ?? 'a.2', places: [], events: [] },
  hasMore: false,
  isQuiet: true,
  followed: 'same',
  ...changed,
})

it('sends a page without events when something was written or what the source follows moved; a quiet one seldom', () => {
  const now = { followed: 'same', atMs: performance.now() }
  const longAgo = { followed: 'same', atMs: performance.now() - 2_000 }
  expect(isWorthSending(page({ isQuiet: false }), now)).toBe(true)
  expect(isWorthSending(page({ followed: 'further' }), now)).toBe(true)
  expect(isWorthSending(page({}), now)).toBe(false)
  expect(isWorthSending(page({}), longAgo)).toBe(true)
  expect(isWorthSending(page({ to: 'a.1' }), longAgo)).toBe(false)
})
