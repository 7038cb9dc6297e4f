import { encodePosition, INTERNAL_PATHS, type Position } from '@emotibot/contracts'
import { afterEach, expect, it } from 'vitest'
import { createServer, type Server } from './create-server.ts'
import { mountRoutes } from './mount-routes.ts'

const open: Server[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

const MINE = '0a1b2c3d4e'
const headers = (position: Position) => ({
  'emotibot-position': encodePosition(position),
  authorization: 'Bearer t',
})

/** A process that has applied `reached` so far, counted up by every question. */
function startServer(reached: number) {
  const order: string[] = []
  let applied = reached
  const isApplied = async (position: Position) => {
    order.push('asked')
    applied += 1
    return applied >= (position[MINE] ?? 0)
  }
  const position = () => ({ ffffffffff: 7 })
  const server = createServer({ name: 'test', logLevel: 'silent', isApplied, position })
  const verify = async () => {
    order.push('verified')
    return { sub: 'u', username: 'Ann', email: 'a@b', sid: 's', iat: 0, exp: 9_999_999_999 }
  }
  mountRoutes(
    server,
    {
      'auth.logout': () => ({ status: 204, body: null }),
      'conversation.clear': () => ({ status: 204, body: null }),
    },
    { verify, renew: null, isApplied, follows: ['auth'] },
  )
  open.push(server)
  return { server, order }
}

const logout = (server: Server, sent: Record<string, string>) =>
  server.inject({ method: 'POST', url: '/api/auth/logout', headers: sent })

it('waits for what the client has seen before it looks at the token', async () => {
  const { server, order } = startServer(0)
  const answer = await logout(server, headers({ [MINE]: 3 }))
  expect(answer.statusCode).toBe(204)
  expect(order).toEqual(['asked', 'asked', 'asked', 'verified'])
})

it('answers 503 with the reason when that does not arrive in time, having executed nothing', async () => {
  const { server, order } = startServer(0)
  const answer = await logout(server, headers({ [MINE]: 1_000_000 }))
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'BUSY'])
  expect(answer.headers).toMatchObject({ 'emotibot-refused': 'behind', 'retry-after': '1' })
  expect(order).not.toContain('verified')
})

it('gives it time to arrive where the answer is made from rows that are all here, and goes on without', async () => {
  const { server, order } = startServer(0)
  const clear = (position: Position) =>
    server.inject({ method: 'DELETE', url: '/api/conversations', headers: headers(position) })
  expect((await clear({ [MINE]: 2 })).statusCode).toBe(204)
  expect(order).toEqual(['asked', 'asked', 'verified'])
  expect((await clear({ [MINE]: 1_000_000 })).statusCode).toBe(204)
})

it('asks nothing for a request without a position, or with nonsense for one', async () => {
  const { server, order } = startServer(0)
  await logout(server, { authorization: 'Bearer t' })
  await logout(server, { authorization: 'Bearer t', 'emotibot-position': '../../etc' })
  expect(order).toEqual(['verified', 'verified'])
})

it('tells other processes whether a position is applied here', async () => {
  const { server } = startServer(4)
  const ask = (position: Position) =>
    server.inject({ url: INTERNAL_PATHS.applied, headers: headers(position) })
  const here = await ask({ [MINE]: 5 })
  expect(here.statusCode).toBe(204)
  expect(here.headers['emotibot-position'], 'where this store is then').toBe('ffffffffff.7')
  const behind = await ask({ [MINE]: 1_000_000 })
  expect([behind.statusCode, behind.headers['emotibot-refused']]).toEqual([503, 'behind'])
})
