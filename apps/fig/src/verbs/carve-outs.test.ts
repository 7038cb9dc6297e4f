import type { CarveOutStatus, Status, VerifyStatus } from '@emotibot/contracts'
import { afterEach, describe, expect, it } from 'vitest'
import { type ControlServer, type Reaction, startControlServer, TOKEN } from '../testing/control-server.ts'
import { exampleCarveOut, exampleFeed } from '../testing/examples.ts'
import { runInProcess } from '../testing/run-in-process.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean()
})

const UP: Status['mover'] = { is_up: true, reason: null }

/** Answers `GET /control/carve-outs` with each in turn, and then with the last. */
async function serve(looks: CarveOutStatus[], reactions: Readonly<Record<string, Reaction>> = {}) {
  const next = (): CarveOutStatus | undefined => (looks.length > 1 ? looks.shift() : looks[0])
  const server = await startControlServer({
    'GET /control/carve-outs': (response) =>
      response.end(JSON.stringify({ mover: UP, carve_outs: [next()].filter(Boolean) })),
    ...reactions,
  })
  cleanups.push(server.close)
  return server
}

const envOf = (server: ControlServer) => ({
  EMOTIBOT_CONTROL_URL: server.url,
  EMOTIBOT_OPERATOR_TOKEN: TOKEN,
})
const run = (server: ControlServer, ...args: string[]) => runInProcess(args, envOf(server))

const BACKFILL = 'POST /control/carve-outs/auth/backfill'
const VERIFY = 'POST /control/carve-outs/auth/verify'
const half = exampleCarveOut({ backfill: [{ entity: 'users', done: 2, total: 5, is_finished: false }] })
const report: VerifyStatus = {
  state: 'done',
  reason: null,
  compared: 124,
  differences: [],
  difference_count: 0,
  repaired: 0,
  unsettled: 0,
  started_at: 'now',
  ended_at: 'later',
}
const difference = { entity: 'users', key: 'u-1', kind: 'different', is_set_aside: false }

describe('backfill', () => {
  it('waits until the copy is done and on the other side, and names the next command', async () => {
    const server = await serve([half, exampleCarveOut()], { [BACKFILL]: { status: 200, body: half } })
    const { exitCode, out, err } = await run(server, 'backfill', 'auth')
    expect([exitCode, err]).toEqual([0, ''])
    expect(out).toContain('copied                users 5')
    expect(out).toContain('./fig plan auth --to service')
  })

  it('does not wait when asked not to', async () => {
    const server = await serve([], { [BACKFILL]: { status: 200, body: half } })
    const { exitCode, out } = await run(server, 'backfill', 'auth', '--no-wait')
    expect([exitCode, server.received.length]).toEqual([0, 1])
    expect(out).toContain('It goes on by itself')
  })

  it('ends with 1 when a feed is stopped, and when something was set aside', async () => {
    const stopped = exampleCarveOut({
      feeds: [exampleFeed('monolith', 'service', { state: 'stopped', reason: 'a column is gone' })],
    })
    const aside = exampleCarveOut({ feeds: [exampleFeed('monolith', 'service', { set_aside_count: 3 })] })
    for (const [now, says] of [
      [stopped, './fig settle auth'],
      [aside, './fig set-aside auth'],
    ] as const) {
      const server = await serve([now], { [BACKFILL]: { status: 200, body: half } })
      const { exitCode, out } = await run(server, 'backfill', 'auth')
      expect(exitCode).toBe(1)
      expect(out).toContain(says)
    }
  })

  it('ends with 1 when the mover was surely not reached, and 3 when nobody knows', async () => {
    const body = { code: 'MOVER_DOWN', message: 'nothing listens there' }
    expect(
      (await run(await serve([], { [BACKFILL]: { status: 503, body } }), 'backfill', 'auth')).exitCode,
    ).toBe(1)
    const lost = { code: 'OUTCOME_UNKNOWN', message: 'The mover did not answer.' }
    const unknown = await run(
      await serve([], { [BACKFILL]: { status: 504, body: lost } }),
      'backfill',
      'auth',
    )
    expect(unknown.exitCode).toBe(3)
    expect(unknown.err).toContain('Find out with:  ./fig status')
  })
})

describe('verify', () => {
  it.each([
    [report, 0],
    [{ ...report, differences: [difference], difference_count: 1 }, 1],
    [{ ...report, state: 'failed', reason: 'a store went away' } as const, 1],
  ])('waits for its own report (%#)', async (ended, exitCode) => {
    const running = { ...report, state: 'running', ended_at: null } as const
    const looks = [running, ended].map((verify) => exampleCarveOut({ verify }))
    const server = await serve(looks, {
      [VERIFY]: { status: 200, body: exampleCarveOut({ verify: running }) },
    })
    expect((await run(server, 'verify', 'auth', '--repair')).exitCode).toBe(exitCode)
    expect(server.received[0]?.body).toEqual({ repair: true })
  })

  it('says so when the mover was started anew and forgot it', async () => {
    const begun = exampleCarveOut({ verify: { ...report, state: 'running' } })
    const server = await serve([exampleCarveOut({ verify: null })], {
      [VERIFY]: { status: 200, body: begun },
    })
    const { exitCode, err } = await run(server, 'verify', 'auth')
    expect([exitCode, err]).toEqual([1, expect.stringContaining('Begin again:  ./fig verify auth')])
  })
})

describe('settle', () => {
  it.each([
    [0, 0],
    [2, 1],
  ])('with %i left ends with %i', async (left, exitCode) => {
    const body = { retried: 2, left, carve_out: exampleCarveOut() }
    const server = await serve([], { 'POST /control/carve-outs/auth/settle': { status: 200, body } })
    const ended = await run(server, 'settle', 'auth')
    expect([ended.exitCode, ended.out]).toEqual([
      exitCode,
      expect.stringContaining(`2 tried again, ${left} left`),
    ])
  })
})

describe('settle with conflicts', () => {
  const epochs = { monolith: 3, service: 4 }
  const conflict = { id: 4, entity: 'users', key: 'u-1', winner: 'service', epochs, at: 'now' } as const
  const feed = exampleFeed('monolith', 'service', { conflicts: 1, conflict_list: [conflict] })
  const SETTLE = 'POST /control/carve-outs/auth/settle'
  const settled = { retried: 0, left: 0, dismissed: 1, carve_out: exampleCarveOut() }
  const serveOne = (body: unknown = settled) =>
    serve([exampleCarveOut({ feeds: [feed] })], { [SETTLE]: { status: 200, body } })
  const orderOf = (server: ControlServer) => server.received.find(({ body }) => body)?.body

  it('dismisses those that are listed, and no others', async () => {
    const server = await serveOne()
    const { exitCode, out } = await run(server, 'settle', 'auth', '--conflicts', '--why', 'known')
    expect([exitCode, out]).toEqual([0, 'auth: 0 tried again, 0 left. 1 conflict(s) dismissed.\n'])
    expect(orderOf(server)).toEqual({ conflicts: { monolith: [], service: [4] }, why: 'known' })
  })

  it.each([
    ['n', 1, undefined],
    ['y', 0, { conflicts: { monolith: [], service: [4] } }],
  ])('shows them to whoever sits there first, whose answer is %s', async (answer, exitCode, order) => {
    const server = await serveOne()
    const asked: string[] = []
    const ask = async (question: string) => {
      asked.push(question)
      return answer
    }
    const ended = await runInProcess(['settle', 'auth', '--conflicts'], envOf(server), ask)
    expect([ended.exitCode, asked.length, orderOf(server)]).toEqual([exitCode, 1, order])
    expect(ended.out).toContain('users u-1, kept: the service')
  })

  it('ends with 1 when there are more', async () => {
    const server = await serveOne({ ...settled, carve_out: exampleCarveOut({ feeds: [feed] }) })
    const { exitCode, out } = await run(server, 'settle', 'auth', '--conflicts')
    expect([exitCode, out]).toEqual([1, expect.stringContaining('./fig settle auth --conflicts')])
  })
})

describe('abort', () => {
  it.each([
    ['abandoned', 0, 'Everything is as before'],
    ['held', 3, 'has not answered yet'],
  ])('of a flip that is then %s ends with %i', async (state, exitCode, says) => {
    const body = { flip: 'f7', state, reason: 'given up' }
    const server = await serve([], { 'POST /control/flips/f7/abort': { status: 200, body } })
    const ended = await run(server, 'abort', 'f7', '--why', 'the wrong day')
    expect([ended.exitCode, ended.out]).toEqual([exitCode, expect.stringContaining(says)])
    expect(server.received[0]?.body).toEqual({ why: 'the wrong day' })
  })

  it('that comes too late is refused with the way back', async () => {
    const body = { code: 'REFUSED', message: 'f7 is done. Take it back with: ./fig rollback f7' }
    const server = await serve([], { 'POST /control/flips/f7/abort': { status: 409, body } })
    expect(await run(server, 'abort', 'f7')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('rollback f7'),
    })
  })
})

it.each([
  ['backfill', 'ai'],
  ['verify', 'auht'],
  ['settle', 'x'],
  ['set-aside', 'ui'],
  ['abort', 'auth'],
])('%s %s is a mistake of the caller', async (verb, word) => {
  expect((await run(await serve([]), verb, word)).exitCode).toBe(2)
})

it('a domain that the mover was not told of is not said to be well', async () => {
  const { exitCode, out, err } = await run(await serve([exampleCarveOut()]), 'set-aside', 'conversation')
  expect([exitCode, out]).toEqual([1, ''])
  expect(err).toContain('set CONVERSATION_DATABASE_URL there')
})

it('each carved-out domain is shown, and each alone', async () => {
  const aside = { entity: 'turn', key: 't-1', reason: 'too long', attempts: 1, since: 'now' }
  const feeds = [exampleFeed('monolith', 'service', { set_aside: [aside] })]
  const server = await startControlServer({
    'GET /control/carve-outs': {
      status: 200,
      body: {
        mover: UP,
        carve_outs: [exampleCarveOut(), exampleCarveOut({ domain: 'conversation', feeds })],
      },
    },
  })
  cleanups.push(server.close)
  const all = (await run(server, 'set-aside')).out
  expect(all).toContain('auth: nothing is set aside.')
  expect(all).toContain('turn t-1, for the service')
  expect(all).toContain('./fig settle conversation')
  expect((await run(server, 'set-aside', 'auth')).out).not.toContain('conversation')
})

it('a mover that is down is said when what is set aside is asked for', async () => {
  const reaction = { status: 200, body: { mover: { is_up: false, reason: 'gone' }, carve_outs: [] } }
  const server = await serve([], { 'GET /control/carve-outs': reaction })
  expect(await run(server, 'set-aside')).toMatchObject({ exitCode: 1, err: 'The mover is down: gone\n' })
})
