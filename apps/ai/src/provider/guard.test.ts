import { beforeEach, describe, expect, it, vi } from 'vitest'
import { FAILURES_TO_OPEN, OPEN_FOR_MS } from '../breaker.ts'
import { collectParts } from '../testing/collect-parts.ts'
import {
  after,
  type Behaviour,
  cutsAfter,
  fails,
  fallsSilent,
  neverAnswers,
  type OpenAiServer,
  says,
  startOpenAiServer,
} from '../testing/openai-server.ts'
import { type AttemptEnd, type GuardOptions, guardProvider } from './guard.ts'
import { createOpenAiProvider } from './openai.ts'
import type { Provider, Question } from './provider.ts'

const question: Question = { text: 'I lost my keys', emotion: 'sad' }
const patient: GuardOptions = { atOnce: 4, waitingMax: 8, deadlineMs: 15_000, firstWordMs: 10_000 }

let server: OpenAiServer
beforeEach(async () => {
  server = await startOpenAiServer()
})

async function guarded(options: Partial<GuardOptions> = {}): Promise<Provider> {
  const provider = await createOpenAiProvider({ baseUrl: server.url, key: 'k', model: 'm' })
  return guardProvider(provider, { ...patient, ...options })
}

const reasonOf = async (provider: Provider) => (await collectParts(provider, question)).failure?.reason

describe('asking again', () => {
  it.each([
    ['503', fails(503)],
    ['429', fails(429, { 'retry-after': '0' })],
  ])('happens after %s, which was surely not executed', async (_, behaviour) => {
    server.next.push(behaviour, behaviour)
    expect(await collectParts(await guarded(), question)).toMatchObject({
      text: 'Hello there.',
      failure: null,
    })
    expect(server.asked).toHaveLength(3)
  })

  it('ends after two more', async () => {
    server.behaviour = fails(503)
    expect(await reasonOf(await guarded())).toBe('broken')
    expect(server.asked).toHaveLength(3)
  })

  const unsafe: [string, Behaviour, string][] = [
    ['500: it may have been executed', fails(500), 'broken'],
    ['400: it will not be better', fails(400), 'refused'],
    ['401: nor will this', fails(401), 'misconfigured'],
    ['a cut stream: words have been passed on', cutsAfter('Oh '), 'unreachable'],
  ]
  it.each(unsafe)('does not happen after %s', async (_, behaviour, reason) => {
    server.next.push(behaviour)
    expect(await reasonOf(await guarded())).toBe(reason)
    expect(server.asked).toHaveLength(1)
  })

  it('waits as the endpoint asks, every call of it', async () => {
    server.next.push(fails(429, { 'retry-after': '1' }))
    const provider = await guarded()
    const beganMs = performance.now()
    const first = collectParts(provider, question)
    await expect.poll(() => server.asked.length).toBe(1)
    await vi.waitUntil(() => server.atOnce === 0)
    const second = collectParts(provider, question)
    expect([(await first).failure, (await second).failure]).toEqual([null, null])
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(1_000)
    expect(server.asked).toHaveLength(3)
  })

  it('does not wait, and asks nobody, when it would take longer than there is time', async () => {
    server.next.push(fails(429, { 'retry-after': '60' }))
    const provider = await guarded()
    expect([await reasonOf(provider), await reasonOf(provider)]).toEqual(['resting', 'resting'])
    expect(server.asked).toHaveLength(1)
  })
})

describe('deadlines', () => {
  it('end a call whose first word is late, before the whole reply would be', async () => {
    server.behaviour = neverAnswers
    const provider = await guarded({ firstWordMs: 100 })
    expect(await reasonOf(provider)).toBe('slow')
    await expect.poll(() => server.atOnce).toBe(0)
  })

  it('let a reply go on that began in time', async () => {
    server.behaviour = (response) => {
      fallsSilent('One ')(response)
      setTimeout(() => response.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'), 400)
    }
    const provider = await guarded({ firstWordMs: 300 })
    expect(await collectParts(provider, question)).toMatchObject({ text: 'One ', failure: null })
  })

  it('end a reply that falls silent', async () => {
    server.behaviour = fallsSilent('One ')
    const provider = await guarded({ deadlineMs: 300 })
    expect(await collectParts(provider, question)).toMatchObject({
      text: 'One ',
      failure: { reason: 'slow' },
    })
  })

  it('take a late first byte that is still in time', async () => {
    server.behaviour = after(300, says('Late.'))
    expect((await collectParts(await guarded(), question)).text).toBe('Late.')
  })
})

describe('calls at once', () => {
  it('are few, the others wait their turn, and all are answered', async () => {
    server.behaviour = after(50, says('Done.'))
    const provider = await guarded({ atOnce: 2, waitingMax: 20 })
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => collectParts(provider, question)))
    expect(outcomes.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, () => 'Done.'))
    expect(server.mostAtOnce).toBe(2)
  })

  it('are refused at once when too many wait', async () => {
    server.behaviour = neverAnswers
    const provider = await guarded({ atOnce: 1, waitingMax: 1, deadlineMs: 500 })
    const first = reasonOf(provider)
    const second = reasonOf(provider)
    expect(await reasonOf(provider)).toBe('busy')
    expect([await first, await second]).toEqual(['slow', 'slow'])
  })

  it('are given back when the reader leaves', async () => {
    server.behaviour = fallsSilent('One ')
    const provider = await guarded({ atOnce: 1, waitingMax: 0 })
    for await (const part of provider.reply(question, AbortSignal.timeout(20_000))) {
      expect(part).toEqual({ type: 'text', text: 'One ' })
      break
    }
    server.behaviour = says('Free.')
    expect((await collectParts(provider, question)).text).toBe('Free.')
    await expect.poll(() => server.atOnce).toBe(0)
  })
})

describe('the breaker', () => {
  it('opens after failures in a row, asks nobody, and heals when the endpoint has', async () => {
    server.behaviour = fails(500)
    const ends: AttemptEnd[] = []
    const provider = await guarded({ onAttempt: (end) => void ends.push(end) })
    for (let n = 0; n < FAILURES_TO_OPEN; n++) expect(await reasonOf(provider)).toBe('broken')
    expect(await reasonOf(provider)).toBe('resting')
    expect(server.asked).toHaveLength(FAILURES_TO_OPEN)
    server.behaviour = says('Back.')
    await vi.waitFor(async () => expect((await collectParts(provider, question)).text).toBe('Back.'), {
      timeout: OPEN_FOR_MS + 10_000,
      interval: 200,
    })
    expect(ends).toEqual([...Array.from({ length: FAILURES_TO_OPEN }, () => 'broken'), 'answered'])
  })

  it.each([
    ['texts that the endpoint refuses', fails(400)],
    ['limits', fails(429, { 'retry-after': '0' })],
  ])('stays closed for %s', async (_, behaviour) => {
    server.next.push(...Array.from({ length: 9 }, () => behaviour))
    const provider = await guarded()
    while (server.next.length > 0) await reasonOf(provider)
    expect((await collectParts(provider, question)).text).toBe('Hello there.')
  })

  it('stays closed for readers who leave', async () => {
    server.behaviour = neverAnswers
    const provider = await guarded({ firstWordMs: 100 })
    const leaving = () => collectParts(provider, question, AbortSignal.timeout(80))
    for (let n = 0; n <= FAILURES_TO_OPEN; n++) await leaving()
    server.behaviour = says('Still here.')
    await expectReply(provider, 'Still here.')
  })

  it('stays closed for attempts that had hardly any time left', async () => {
    const many = FAILURES_TO_OPEN + 1
    server.next.push(...Array.from({ length: many }, () => fails(429, { 'retry-after': '2' })))
    server.behaviour = neverAnswers
    const provider = await guarded({ atOnce: many, deadlineMs: 2_500 })
    await Promise.all(Array.from({ length: many }, () => reasonOf(provider)))
    server.behaviour = says('Still here.')
    await expectReply(provider, 'Still here.')
  })
})

/** A first word that is late on a busy machine is no breaker: that would refuse without being asked. */
async function expectReply(provider: Provider, text: string): Promise<void> {
  const asked = server.asked.length
  const outcome = await collectParts(provider, question)
  if (outcome.failure?.reason !== 'slow') expect(outcome.text).toBe(text)
  expect(server.asked.length).toBeGreaterThan(asked)
}
