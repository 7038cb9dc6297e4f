import { type Domain, encodePosition, INTERNAL_PATHS, type Position } from '@emotibot/contracts'
import { describe, expect, test } from 'vitest'
import { follow, openFile } from '../testing/other-side.ts'
import { type Monolith, newcomer, startMonolith } from '../testing/start-monolith.ts'

const THERE = '0a1b2c3d4e'

/** Where the monolith's feed ends, as an answer says it. */
function endOf(monolith: Monolith): string {
  const db = openFile(monolith)
  const id = db.prepare<[], string>('SELECT id FROM store').pluck().get() ?? ''
  const seq = db.prepare<[], number>('SELECT max(seq) FROM feed').pluck().get() ?? 0
  return encodePosition({ [id]: seq })
}

const positionOf = ({ headers }: { headers: Headers }) => headers.get('emotibot-position')

describe('the answer to a write', () => {
  test('says how far the feed was after it', async () => {
    const monolith = await startMonolith()
    const body = { username: 'ann', email: 'ann@example.org', password: 'pass word' }
    const call = () => monolith.client.call('auth.register', { body, headers: { 'idempotency-key': 'k' } })
    const registered = await call()
    expect(positionOf(registered)).toBe(endOf(monolith))
    const login = await monolith.client.call('auth.login', {
      body: { username: 'ann', password: 'pass word' },
    })
    expect(positionOf(login)).toBe(endOf(monolith))
    const retried = await call()
    expect(retried.body).toEqual(registered.body)
    expect(positionOf(retried)).toBe(endOf(monolith))
  })

  test('of every group says so', async () => {
    const monolith = await startMonolith()
    const { client } = await newcomer(monolith, 'ann')
    const created = await client.call('conversation.create', { body: {} })
    expect(positionOf(created)).toBe(endOf(monolith))
    const params = { id: created.ok ? created.body.conversation.id : '' }
    const sent = await client.call('conversation.send', { params, body: { text: 'hello' } })
    expect(sent).toMatchObject({ body: { turn: { reply_status: 'complete' } } })
    // With the reply that the answer shows.
    expect(positionOf(sent)).toBe(endOf(monolith))
    const turnId = sent.ok ? sent.body.turn.id : ''
    const felt = await client.call('emotion.feedback', { body: { turn_id: turnId, emotion: 'sad' } })
    expect(positionOf(felt)).toBe(endOf(monolith))
  })

  test('says nothing where nothing entered the feed', async () => {
    const monolith = await startMonolith()
    const ann = await newcomer(monolith, 'ann')
    expect(positionOf(await ann.client.call('conversation.clear', {}))).toBeNull()
    expect(positionOf(await ann.client.call('auth.me', {}))).toBeNull()
  })

  test('names the sessions that it ended', async () => {
    const monolith = await startMonolith()
    const sids = () =>
      openFile(monolith).prepare<[], string>('SELECT id FROM sessions ORDER BY created_at_ms').pluck().all()
    const revoked = ({ headers }: { headers: Headers }) => headers.get('emotibot-revoked')?.split(',').sort()
    const first = await newcomer(monolith, 'ann')
    const [firstSid = ''] = sids()
    const login = { body: { username: 'ann', password: 'pass word' } }
    for (let count = 0; count < 2; count++) await monolith.client.call('auth.login', login)
    const others = sids().filter((sid) => sid !== firstSid)
    const passwords = { current_password: 'pass word', new_password: 'pass word' }
    expect(revoked(await first.client.call('auth.password', { body: passwords }))).toEqual(others.sort())
    expect(revoked(await first.client.call('auth.logout', {}))).toEqual([firstSid])

    const again = await monolith.client.call('auth.login', login)
    await monolith.client.call('auth.login', login)
    const live = sids().sort()
    const headers = { authorization: `Bearer ${again.ok ? again.body.access_token : ''}` }
    expect(revoked(await monolith.client.call('auth.logout_all', { headers }))).toEqual(live)

    const last = await newcomer(monolith, 'bob')
    const lastSids = sids()
    const deleted = await last.client.call('auth.delete', {})
    expect(revoked(deleted)).toEqual(lastSids)
    expect(positionOf(deleted)).toBe(endOf(monolith))
  })
})

describe('a request with a position', () => {
  const at = (position: Position) => ({ headers: { 'emotibot-position': encodePosition(position) } })

  /** Somebody who is signed in at a monolith that has come as far as 10 in the feed of one domain's service. */
  async function startFollowing(of: Domain) {
    const monolith = await startMonolith()
    const { client } = await newcomer(monolith, 'ann')
    const db = openFile(monolith)
    const advance = (xid: number) => follow(db, { of, store: THERE, xid })
    advance(10)
    return { monolith, client, advance }
  }

  test('waits until the monolith has come that far in the other feed', async () => {
    const { client, advance } = await startFollowing('auth')
    let isAnswered = false
    const answer = client.call('auth.me', at({ [THERE]: 10 })).finally(() => {
      isAnswered = true
    })
    await client.call('auth.me', at({ [THERE]: 9 }))
    expect(isAnswered).toBe(false)
    advance(11)
    expect((await answer).status).toBe(200)
  })

  const READS = ['auth.me', 'conversation.list', 'emotion.trends', 'ai.insights', 'ai.suggestions'] as const

  test.each([
    ['auth', ['auth.me']],
    ['conversation', ['conversation.list', 'emotion.trends', 'ai.insights']],
    ['emotion', ['emotion.trends', 'ai.insights']],
  ] as const)(
    'past the feed of %s: what is made from its rows says so, all else goes on',
    async (of, made) => {
      const { client } = await startFollowing(of)
      const answers = await Promise.all(READS.map((key) => client.call(key, at({ [THERE]: 99 }))))
      const behind = READS.filter((_, index) => answers[index]?.status === 503)
      expect(behind).toEqual(READS.filter((key) => (made as readonly string[]).includes(key)))
      const refusals = answers.map(({ headers }) => headers.get('emotibot-refused'))
      expect(refusals.filter((reason) => reason === 'behind')).toHaveLength(made.length)
    },
  )

  test('that writes waits as one that reads does', async () => {
    const { client } = await startFollowing('conversation')
    const create = { body: {}, ...at({ [THERE]: 99 }) }
    expect(await client.call('conversation.create', create)).toMatchObject({ body: { code: 'BUSY' } })
    const felt = { body: { turn_id: 't', emotion: 'sad' }, ...at({ [THERE]: 99 }) } as const
    expect(await client.call('emotion.feedback', felt)).toMatchObject({ body: { code: 'BUSY' } })
    expect((await client.call('conversation.create', { body: {} })).status).toBe(201)
  })

  test('is answered with how far the monolith itself is, where that is all that was asked', async () => {
    const { monolith } = await startFollowing('auth')
    const answer = await fetch(monolith.url + INTERNAL_PATHS.applied, at({ [THERE]: 9 }))
    expect([answer.status, positionOf(answer)]).toEqual([204, endOf(monolith)])
  })

  test('of a store that nobody follows here, or of the monolith itself, does not wait', async () => {
    const monolith = await startMonolith()
    const ann = await newcomer(monolith, 'ann')
    const own = openFile(monolith).prepare<[], string>('SELECT id FROM store').pluck().get() ?? ''
    const seen = at({ [THERE]: 99, [own]: 1_000_000 })
    for (const key of READS) expect((await ann.client.call(key, seen)).status).toBe(200)
  })
})
