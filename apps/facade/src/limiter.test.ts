import { describe, expect, it } from 'vitest'
import { exchangeRaw, RawConnection, statusOf } from './testing/raw.ts'
import { setStageWithFacade } from './testing/stage.ts'

const behindProxy = { EMOTIBOT_RATE_LIMIT: '3', EMOTIBOT_TRUST_PROXY: '127.0.0.1' }
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

describe('the rate limit', () => {
  it('answers 429 in the one shape, and says when to come back', async () => {
    const { facade, monolith } = await setStageWithFacade({ EMOTIBOT_RATE_LIMIT: '3' })
    for (const left of ['2', '1', '0']) {
      const answer = await facade.analyze()
      expect([answer.status, answer.headers.get('x-ratelimit-remaining')]).toEqual([200, left])
    }
    const over = await facade.analyze()
    expect(over.status).toBe(429)
    expect(await over.json()).toMatchObject({
      error: 'Rate limit exceeded',
      code: 'RATE_LIMITED',
      request_id: over.headers.get('x-request-id'),
    })
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(over.headers.get('x-ratelimit-limit')).toBe('3')
    expect(monolith.requests).toBe(3)
  })

  it('is one client address’s, so that one user locks out nobody else', async () => {
    const { facade } = await setStageWithFacade(behindProxy)
    for (let n = 0; n < 4; n++) await facade.analyze(from('203.0.113.1'))
    expect((await facade.analyze(from('203.0.113.1'))).status).toBe(429)
    expect((await facade.analyze(from('203.0.113.2'))).status).toBe(200)
  })

  it('counts a whole IPv6 network as one, and an IPv4 address in either spelling', async () => {
    const { facade } = await setStageWithFacade(behindProxy)
    for (const host of ['1', '2', 'ffff']) await facade.analyze(from(`2001:db8:1:2::${host}`))
    expect((await facade.analyze(from('2001:db8:1:2:3:4:5:6'))).status).toBe(429)
    expect((await facade.analyze(from('2001:db8:1:3::1'))).status).toBe(200)
    for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '203.0.113.7'])
      await facade.analyze(from(address))
    expect((await facade.analyze(from('::ffff:203.0.113.7'))).status).toBe(429)
  })

  it('is not got round by a forwarding header that nobody vouches for', async () => {
    const { facade } = await setStageWithFacade({ EMOTIBOT_RATE_LIMIT: '3' })
    const statuses: number[] = []
    for (let n = 0; n < 5; n++) statuses.push((await facade.analyze(from(`203.0.113.${n}`))).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })

  it('does not count the page, and counts sockets', async () => {
    const { facade } = await setStageWithFacade({ EMOTIBOT_RATE_LIMIT: '3' })
    for (let n = 0; n < 8; n++) expect((await fetch(`${facade.main}/assets/app.js`)).status).toBe(200)
    const upgrade =
      'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
    for (let n = 0; n < 3; n++) await exchangeRaw(facade.main, upgrade)
    const over = await exchangeRaw(facade.main, upgrade)
    expect(statusOf(over)).toBe(429)
    expect((await facade.analyze()).status).toBe(429)
  })

  it('is none at 0', async () => {
    const { facade } = await setStageWithFacade()
    const connection = await RawConnection.open(facade.main)
    for (let n = 0; n < 149; n++) connection.send('GET /api/auth/me HTTP/1.1\r\nHost: x\r\n\r\n')
    connection.send('GET /api/auth/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    const answers = await connection.closed()
    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(150)
    expect(answers).not.toContain('x-ratelimit')
  })
})
