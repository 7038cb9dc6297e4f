import { afterEach, expect, it } from 'vitest'
import { createServer, type Server } from './create-server.ts'
import { MisdirectedAnswer, StaleEpochAnswer } from './errors.ts'
import { type Handler, mountRoutes, type Result } from './mount-routes.ts'

const open: Server[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

/** What the facade hears when a route's handler does this. */
function hear(handler: Handler<'auth.login'>) {
  const server = createServer({ name: 'test', logLevel: 'silent' })
  const verify = () => Promise.reject(new Error('not asked'))
  mountRoutes(server, { 'auth.login': handler }, { verify, renew: null })
  open.push(server)
  return server.inject({
    method: 'POST',
    url: '/api/auth/login',
    payload: { username: 'ann', password: 'secret-1' },
  })
}

const answered = (result: Partial<Result>) => hear(() => ({ status: 204, body: null, ...result }))

it('says how far the store was after a write, and which sessions it ended', async () => {
  const { headers } = await answered({ position: { '0a1b2c3d4e': 37 }, revoked: ['s1', 's2'] })
  expect(headers).toMatchObject({ 'emotibot-position': '0a1b2c3d4e.11', 'emotibot-revoked': 's1,s2' })
})

it('says neither when there is nothing to say', async () => {
  const { headers } = await answered({ position: {}, revoked: [] })
  expect(Object.keys(headers).filter((name) => name.startsWith('emotibot-'))).toEqual([])
})

it('says why nothing was executed: the store does not own the partition', async () => {
  const rule = { low: 0, high: 10, allow: [], deny: [] }
  const answer = await hear(() => {
    throw new StaleEpochAnswer({ group: 'auth', epoch: 4, rule }, new Error('not mine'))
  })
  expect([answer.statusCode, answer.headers['emotibot-refused']]).toEqual([409, 'stale-epoch'])
  expect(answer.json()).toMatchObject({ code: 'STALE_EPOCH', authority: { epoch: 4 } })
})

it('says why nothing was executed: the user is the other side’s to judge', async () => {
  const answer = await hear(() => {
    throw new MisdirectedAnswer()
  })
  expect([answer.statusCode, answer.headers['emotibot-refused']]).toEqual([421, 'misdirected'])
  expect(answer.json()).toMatchObject({ code: 'MISDIRECTED' })
})
