import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MOVER_PATHS } from '@emotibot/contracts'
import { expect, it, onTestFinished } from 'vitest'
import { commandMover } from './ask-mover.ts'
import { MoverMonitor } from './mover-monitor.ts'

const feed = (from: string, to: string, ms: number) => ({
  from,
  to,
  state: 'running',
  reason: null,
  behind: { entries: 3, ms },
  set_aside: [],
  conflicts: 0,
})
const moving = {
  domain: 'auth',
  state: 'moving',
  reason: null,
  feeds: [feed('monolith', 'service', 40), feed('service', 'monolith', 7)],
  backfill: [],
}

/** Answers the status with whatever it is given, and commands with 202. */
async function startFake(status: unknown): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.method === 'GET' ? 200 : 202)
    response.end(request.url === MOVER_PATHS.status ? JSON.stringify(status) : '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function watch(url: string, now = () => 0): MoverMonitor {
  const monitor = new MoverMonitor({ url, secret: '' }, now)
  onTestFinished(() => monitor.close())
  return monitor
}

it('a mover that is away, or none, or something else, is down and says why', async () => {
  const reasonOf = async (url: string) => {
    const view = await watch(url).look()
    return view.isUp ? 'up' : view.reason
  }
  expect(await reasonOf('')).toContain('EMOTIBOT_MOVER_URL is not set')
  expect(await reasonOf('http://127.0.0.1:1')).not.toBe('up')
  expect(await reasonOf(await startFake({ hello: 'world' }))).toContain('not what a mover answers')
})

it('the lag of a side is that of the feed which leads there, and the time since it was asked', async () => {
  let nowMs = 1_000
  const monitor = watch(await startFake({ carve_outs: [moving] }), () => nowMs)
  expect(monitor.lagOf('auth', 'service')).toBe(null)
  await monitor.look()
  nowMs += 500
  expect(monitor.lagOf('auth', 'service')).toBe(540)
  expect(monitor.lagOf('auth', 'monolith')).toBe(507)
  expect(monitor.lagOf('emotion', 'service')).toBe(null)
})

it.each([
  ['is not moving', { ...moving, state: 'idle' }],
  ['does not run', { ...moving, feeds: moving.feeds.map((one) => ({ ...one, state: 'stopped' })) }],
  ['does not say its lag', { ...moving, feeds: moving.feeds.map((one) => ({ ...one, behind: null })) }],
])('nobody knows the lag of a feed that %s', async (_what, carveOut) => {
  const monitor = watch(await startFake({ carve_outs: [carveOut] }))
  await monitor.look()
  expect(monitor.lagOf('auth', 'service')).toBe(null)
})

it('a mover cannot be commanded without the secret, and what was surely not heard is told from what may have been', async () => {
  const order = { command: 'backfill', domain: 'auth' } as const
  const url = await startFake({})
  const secret = 'a secret of at least thirty-two characters'
  expect((await commandMover({ url, secret }, order)).status).toBe(202)
  await expect(commandMover({ url, secret: '' }, order)).rejects.toThrow('LEGACY_JWT_SECRET is not set')
  await expect(commandMover({ url: '', secret }, order)).rejects.toMatchObject({ code: 'MOVER_DOWN' })
  const silent = createServer((request) => request.socket.destroy()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const broken = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  await expect(commandMover({ url: broken, secret }, order)).rejects.toMatchObject({
    code: 'OUTCOME_UNKNOWN',
  })
})
