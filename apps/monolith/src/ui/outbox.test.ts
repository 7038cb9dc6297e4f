import type { Turn } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { Problem } from './page/api.js'
import { createCourier, titleFrom } from './page/courier.js'
import { createOutbox, isDraft, mintKey, newDraftId } from './page/outbox.js'
import { createKept } from './page/storage.js'
import { sampleTurn } from './sample-turn.ts'

const HOUR_MS = 3_600_000
const offline = () => new Problem({ status: 0, code: 'OFFLINE', message: 'no line' })
const refused = () => new Problem({ status: 400, code: 'BAD_REQUEST', message: 'too long' })

/** A server that fails as often as it is told, and stores a message once per key. */
function createServer(failures: Problem[] = []) {
  const turns = new Map<string, Turn>()
  const conversations = new Map<string, string>()
  const attempts: string[] = []
  return {
    turns,
    conversations,
    attempts,
    async createConversation(title: string, key: string) {
      conversations.set(key, title)
      return { conversation: { id: `of-${key}`, title, created_at: '', updated_at: '' } }
    },
    async sendTurn({ conversationId, text, key }: { conversationId: string; text: string; key: string }) {
      attempts.push(text)
      const stored =
        turns.get(key) ?? sampleTurn({ id: key, conversation_id: conversationId, user_message: text })
      const failure = failures.shift()
      if (failure?.status === 400) throw failure
      turns.set(key, stored)
      // The answer is lost on its way: the turn is stored all the same.
      if (failure) throw failure
      return { turn: stored }
    },
  }
}

function setUp(failures: Problem[] = []) {
  const server = createServer(failures)
  const kept = createKept(null)
  const clock = { nowMs: 1_000 }
  let keys = 0
  const open = () =>
    createOutbox({
      kept,
      owner: 'u',
      onChange: () => {},
      now: () => clock.nowMs,
      newKey: () => `key-${++keys}`,
    })
  const outbox = open()
  const delivered: Turn[] = []
  const later: (() => void)[] = []
  const courier = createCourier({
    api: server,
    outbox,
    onTurn: (turn: Turn) => void delivered.push(turn),
    onConversation: () => {},
    later: (run: () => void) => later.push(run),
  })
  return { server, kept, clock, open, outbox, courier, delivered, later }
}

describe('the outbox', () => {
  it('keeps what is unsent, with its key, over a reload', () => {
    const { outbox, open } = setUp()
    outbox.add('hello', 'c')
    expect(open().of('c')).toEqual(outbox.of('c'))
  })

  it('keeps the order in which messages were written, also within one millisecond', () => {
    const { outbox } = setUp()
    for (const text of ['one', 'two', 'three']) outbox.add(text, 'c')
    expect(outbox.of('c').map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  })

  it('passes over an entry that is not one of its own', () => {
    const { outbox, kept } = setUp()
    kept.set('emotibot.outbox.u.x', '{"key":1')
    expect(outbox.all()).toEqual([])
  })

  it('mints keys where the origin is not secure', () => {
    const plain = { getRandomValues: crypto.getRandomValues.bind(crypto) }
    expect(mintKey(plain)).toMatch(/^[0-9a-f]{32}$/)
    expect(mintKey(plain)).not.toBe(mintKey(plain))
  })
})

describe('the courier', () => {
  it('delivers in order and empties the outbox', async () => {
    const { outbox, courier, delivered } = setUp()
    outbox.add('one', 'c')
    outbox.add('two', 'c')
    await courier.deliver('c')
    expect(delivered.map((turn) => turn.user_message)).toEqual(['one', 'two'])
    expect(outbox.all()).toEqual([])
  })

  it('says a message once when the answer to the first attempt is lost', async () => {
    const { outbox, courier, server, delivered, later } = setUp([offline()])
    outbox.add('one', 'c')
    await courier.deliver('c')
    expect(outbox.progressOf('key-1')).toMatchObject({ state: 'failed', message: 'no line' })
    expect(later).toHaveLength(1)
    await courier.retry(outbox.all()[0]!)
    expect(server.attempts).toEqual(['one', 'one'])
    expect(server.turns.size).toBe(1)
    expect(delivered).toHaveLength(1)
  })

  it('lets what is behind a passing failure wait, so that nothing overtakes', async () => {
    const { outbox, courier, server } = setUp([offline()])
    outbox.add('one', 'c')
    outbox.add('two', 'c')
    await courier.deliver('c')
    expect(server.attempts).toEqual(['one'])
    await courier.deliver('c')
    expect(server.attempts).toEqual(['one', 'one', 'two'])
  })

  it('keeps a refused message for the person and goes on with the next', async () => {
    const { outbox, courier, server, later } = setUp([refused()])
    outbox.add('one', 'c')
    outbox.add('two', 'c')
    await courier.deliver('c')
    await courier.deliver('c')
    expect(server.attempts).toEqual(['one', 'two'])
    expect(outbox.all().map(({ text }) => text)).toEqual(['one'])
    expect(later).toHaveLength(0)
  })

  it('does not send by itself what is older than its key lives', async () => {
    const { outbox, courier, server, clock } = setUp()
    outbox.add('yesterday', 'c')
    clock.nowMs += 24 * HOUR_MS
    await courier.deliver('c')
    expect(server.attempts).toEqual([])
    await courier.retry(outbox.all()[0]!)
    expect(server.attempts).toEqual(['yesterday'])
  })

  it('makes a conversation of a draft once and takes every message along', async () => {
    const { outbox, courier, server, delivered } = setUp()
    const draft = newDraftId(() => 'd1')
    outbox.add('Hello you', draft)
    outbox.add('still there?', draft)
    await courier.deliver(draft)
    expect([...server.conversations]).toEqual([['d1', 'Hello you']])
    expect(delivered.map((turn) => turn.conversation_id)).toEqual(['of-d1', 'of-d1'])
    expect(isDraft(draft)).toBe(true)
  })

  it('names a conversation by its first words, as titles are allowed to be', () => {
    expect(titleFrom('  Hello\n\tyou \u202Ethere ')).toBe('Hello you there')
    expect(titleFrom('word '.repeat(40))).toMatch(/^(?:word )+word…$/)
    expect(titleFrom('🙂'.repeat(60)).isWellFormed()).toBe(true)
    expect(titleFrom('\u202E')).toBe('New conversation')
  })
})
