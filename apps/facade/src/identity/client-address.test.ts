import type { IncomingMessage } from 'node:http'
import { loadConfig } from '@emotibot/service-kit'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../config.ts'
import { createClientReader } from './client-address.ts'

/** The little of a request that is read here. */
const requestFrom = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers: { host: 'chat.example', ...headers } }) as unknown as IncomingMessage

describe('the client’s address', () => {
  it('is the neighbour’s where nobody is trusted', () => {
    const read = createClientReader('')
    expect(read(requestFrom('::ffff:192.0.2.1', { 'x-forwarded-for': '1.1.1.1' }))).toEqual({
      address: '192.0.2.1',
      protocol: 'http',
      host: 'chat.example',
      isViaTrusted: false,
    })
  })

  it('passes over trusted hops, IPv6 networks too', () => {
    const read = createClientReader('2001:db8::/32,192.0.2.1')
    const headers = { 'x-forwarded-for': '9.9.9.9, 203.0.113.5, 2001:db8::7' }
    expect(read(requestFrom('192.0.2.1', headers)).address).toBe('203.0.113.5')
    expect(read(requestFrom('192.0.2.2', headers)).address).toBe('192.0.2.2')
  })

  it('is the furthest hop when all are trusted, and the proxy itself when it names none', () => {
    const read = createClientReader('10.0.0.0/8')
    expect(read(requestFrom('10.0.0.1', { 'x-forwarded-for': '10.0.0.3, 10.0.0.2' })).address).toBe(
      '10.0.0.3',
    )
    expect(read(requestFrom('10.0.0.1')).address).toBe('10.0.0.1')
  })

  it.each(['localhost', '10.0.0.0/8,nonsense', '1.2.3', '10.0.0.0/33', '10.0.0.0/x'])(
    'is not read by a list like %s',
    (trusted) => {
      expect(() => createClientReader(trusted)).toThrow(/^has /)
      const env = {
        EMOTIBOT_MONOLITH_URL: 'http://localhost',
        LEDGER_DATABASE_URL: 'x',
        EMOTIBOT_TRUST_PROXY: trusted,
      }
      expect(() => loadConfig(configSchema, env)).toThrow('EMOTIBOT_TRUST_PROXY has')
    },
  )
})
