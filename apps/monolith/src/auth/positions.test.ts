import { encodePosition, type Position } from '@emotibot/contracts'
import { describe, expect, test } from 'vitest'
import { follow, openFile } from '../testing/other-side.ts'
import { type Monolith, newConversation, newcomer, startMonolith } from '../testing/start-monolith.ts'

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

  test('says nothing where nothing entered the feed', async () => {
    const monolith = await startMonolith()
    const ann = await newcomer(monolith, 'ann')
    expect(positionOf(await ann.client.call('conversation.create', { body: {} }))).toBeNull()
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
  const at = (position: Position) => ({ 'emotibot-position': encodePosition(position) })

  test('waits until the monolith has come that far in the other feed', async () => {
    const monolith = await startMonolith()
    const ann = await newcomer(monolith, 'ann')
    const db = openFile(monolith)
    follow(db, THERE, 10)
    let isAnswered = false
    const answer = ann.client.call('auth.me', { headers: at({ [THERE]: 10 }) }).finally(() => {
      isAnswered = true
    })
    await ann.client.call('auth.me', { headers: at({ [THERE]: 9 }) })
    expect(isAnswered).toBe(false)
    follow(db, THERE, 11)
    expect((await answer).status).toBe(200)
  })

  test('is told that the monolith is behind; what is answered from its own rows goes on', async () => {
    const monolith = await startMonolith()
    const ann = await newcomer(monolith, 'ann')
    follow(openFile(monolith), THERE, 10)
    const behind = await ann.client.call('auth.me', { headers: at({ [THERE]: 99 }) })
    expect(behind).toMatchObject({ status: 503, body: { code: 'BUSY' } })
    expect(behind.headers.get('emotibot-refused')).toBe('behind')
    await newConversation(ann)
    expect((await ann.client.call('conversation.list', { headers: at({ [THERE]: 99 }) })).status).toBe(200)
  })

  test('of a store that nobody follows here, or of the monolith itself, does not wait', async () => {
    const monolith = await startMonolith()
    const ann = await newcomer(monolith, 'ann')
    const own = openFile(monolith).prepare<[], string>('SELECT id FROM store').pluck().get() ?? ''
    const headers = at({ [THERE]: 99, [own]: 1_000_000 })
    expect((await ann.client.call('auth.me', { headers })).status).toBe(200)
  })
})
