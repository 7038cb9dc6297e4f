import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { routes } from '@emotibot/contracts'
import { createLogger } from '@emotibot/service-kit'
import { expect, it, onTestFinished } from 'vitest'
import { createEvents } from '../events.ts'
import { Tally } from '../tally.ts'
import { tokenOf } from '../testing/auth-stage.ts'
import { Upstream } from '../upstreams/upstream.ts'
import { createWaiting } from '../waiting/waiting.ts'
import type { ForwardContext } from './context.ts'
import { Exchange } from './exchange.ts'

const timeouts = { connectTimeoutMs: 1_000, headersTimeoutMs: 1_000, bodyTimeoutMs: 1_000 }

it('what is thrown after a wait, where nobody would catch it, costs that request and no other', async () => {
  const tally = new Tally()
  const monolith = new Upstream('monolith', 'http://127.0.0.1:1', timeouts)
  onTestFinished(() => monolith.close())
  let isBroken = true
  const context: ForwardContext = {
    upstreams: { monolith, services: new Map(), all: [monolith] },
    snapshot() {
      if (isBroken) throw new Error('a mistake of ours')
      return null
    },
    waiting: createWaiting(() => true),
    revocations: {
      judge: () => 'unknown',
      check: async () => 'live',
      revoke: async () => undefined,
      onRevoked: () => () => undefined,
    },
    lagOf: () => null,
    events: createEvents(createLogger('test', 'silent'), tally),
    fallbackAfterMs: 1_000,
  }
  const client = { address: '127.0.0.1', protocol: 'http', host: 'x', isViaTrusted: false }
  const server = createServer((request, response) => {
    const arrival = {
      request,
      response,
      route: routes['auth.me'],
      client,
      requestId: 'r',
      headers: [],
      onBehalfOf: null,
    }
    new Exchange(arrival, context).start()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const ask = () =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      headers: { authorization: `Bearer ${tokenOf('ann')}`, connection: 'close' },
    })
  await expect(ask()).rejects.toThrow()
  isBroken = false
  expect((await ask()).status, 'no snapshot').toBe(503)
  expect(tally.of('auth.me').failed).toBe(2)
})
