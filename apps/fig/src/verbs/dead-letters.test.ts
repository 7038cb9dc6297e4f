import type { DeadLetters } from '@emotibot/contracts'
import { afterEach, describe, expect, it } from 'vitest'
import { type Reaction, startControlServer, TOKEN } from '../testing/control-server.ts'
import { runInProcess } from '../testing/run-in-process.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean()
})

const letter = (id: number) => ({
  id,
  source: 'conversation',
  event_id: `turn-${id}.1`,
  name: 'conversation.turn_recorded.v1',
  reason: 'malformed data',
  attempts: 5,
  since: '2030-01-01T00:00:00.000Z',
})
const emotion = { service: 'emotion', reason: null, dead_letters: [letter(3), letter(4)] }
const realtime = { service: 'realtime', reason: null, dead_letters: [letter(4)] }
const away = { service: 'realtime', reason: 'nothing listens there', dead_letters: [] }

const REPLAY = 'POST /control/dead-letters/replay'
const taken = (service: string, id: number) => ({ service, id, outcome: 'taken', reason: null })
const failed = (service: string, id: number) => ({ service, id, outcome: 'failed', reason: 'still so' })

async function run(services: DeadLetters['services'], args: string[], replayed: unknown[] = []) {
  const replay: Reaction = { status: 200, body: { replayed } }
  const server = await startControlServer({
    'GET /control/dead-letters': { status: 200, body: { services } },
    [REPLAY]: replay,
  })
  cleanups.push(server.close)
  const env = { EMOTIBOT_CONTROL_URL: server.url, EMOTIBOT_OPERATOR_TOKEN: TOKEN }
  const ended = await runInProcess(['dead-letters', ...args], env)
  const asked = server.received.filter(({ method }) => method === 'POST').map(({ body }) => body)
  return { ...ended, asked }
}

describe('dead-letters', () => {
  it('lists what every service could not take in, with its reason and the next command', async () => {
    const { exitCode, out } = await run([emotion, away], [])
    expect(exitCode).toBe(0)
    expect(out).toContain('emotion/3: conversation.turn_recorded.v1 turn-3.1 of conversation, tried')
    expect(out).toContain('malformed data')
    expect(out).toContain('realtime: not known: nothing listens there')
    expect(out).toContain('./fig dead-letters --all')
  })

  it('says so when there are none, and when nobody takes events in', async () => {
    expect((await run([{ ...emotion, dead_letters: [] }], [])).out).toBe('emotion: no dead letters.\n')
    expect((await run([], [])).out).toBe('No service takes events in.\n')
  })

  it('prints the answer as one JSON object', async () => {
    const { out } = await run([emotion], ['--json'])
    expect(JSON.parse(out)).toEqual({ services: [emotion] })
  })
})

describe('dead-letters --replay', () => {
  it('has one taken in, named with its service or by its number where that is clear', async () => {
    for (const name of ['emotion/3', '3']) {
      const { exitCode, out, asked } = await run(
        [emotion, realtime],
        ['--replay', name, '--why', 'mended'],
        [taken('emotion', 3)],
      )
      expect([exitCode, out]).toEqual([0, '  ok emotion/3 is taken in\n'])
      expect(asked).toEqual([{ dead_letters: [{ service: 'emotion', id: 3 }], why: 'mended' }])
    }
  })

  it('ends with 1 when it stays, or is not there', async () => {
    const { exitCode, out } = await run([emotion], ['--replay', '3'], [failed('emotion', 3)])
    expect([exitCode, out]).toEqual([1, '  x emotion/3 stays: still so\n'])
    const gone = { service: 'emotion', id: 9, outcome: 'unknown', reason: null }
    expect((await run([emotion], ['--replay', 'emotion/9'], [gone])).exitCode).toBe(1)
  })

  it.each([
    ['nonsense', /write it as emotion\/3/],
    ['0', /write it as emotion\/3/],
    ['99', /No dead letter 99 is listed/],
    ['4', /Which one\? There are: emotion\/4, realtime\/4/],
  ])('of %s is a mistake of the caller, and asks for nothing', async (name, says) => {
    const { exitCode, err, asked } = await run([emotion, realtime], ['--replay', name])
    expect([exitCode, asked]).toEqual([2, []])
    expect(err).toMatch(says)
  })

  it('goes not together with --all', async () => {
    expect((await run([emotion], ['--replay', '3', '--all'])).exitCode).toBe(2)
  })
})

describe('dead-letters --all', () => {
  it('has all that are listed taken in, and ends with 1 when one of them stays', async () => {
    const replayed = [taken('emotion', 3), failed('emotion', 4), taken('realtime', 4)]
    const { exitCode, out, asked } = await run([emotion, realtime], ['--all'], replayed)
    expect(exitCode).toBe(1)
    expect(out.split('\n')).toHaveLength(4)
    const names = replayed.map(({ service, id }) => ({ service, id }))
    expect(asked).toEqual([{ dead_letters: names }])
  })

  it('asks for nothing when there are none, and ends with 1 while a service is away', async () => {
    const none = { ...emotion, dead_letters: [] }
    expect(await run([none], ['--all'])).toMatchObject({
      exitCode: 0,
      asked: [],
      out: 'There are no dead letters.\n',
    })
    expect(await run([none, away], ['--all'])).toMatchObject({ exitCode: 1, asked: [] })
  })
})
