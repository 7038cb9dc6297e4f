import { verifyServiceToken } from '@emotibot/service-kit'
import { describe, expect, it } from 'vitest'
import { answerJson, type Side } from '../../testing/side.ts'
import { setStageWithFacade } from '../../testing/stage.ts'

const secret = 'a secret of all processes, long enough'
const letter = {
  id: 3,
  source: 'conversation',
  event_id: 'turn-3.1',
  name: 'conversation.turn_recorded.v1',
  reason: 'malformed data',
  attempts: 1,
  since: '2030-01-01T00:00:00.000Z',
}

/** Answers as a service that takes events in; dead letter 3 can be taken in, 4 cannot. */
function consume(side: Side): string[] {
  const tokens: string[] = []
  side.handler = (request, response) => {
    tokens.push(request.headers.authorization?.slice('Bearer '.length) ?? '')
    if (request.method === 'GET') answerJson(response, { dead_letters: [letter] })
    else if (request.url?.endsWith('/3/replay')) response.writeHead(204).end()
    else if (request.url?.endsWith('/4/replay'))
      response.writeHead(409, { 'content-type': 'application/json' }).end('{"message":"still so"}')
    else response.writeHead(404).end()
  }
  return tokens
}

const stage = (env = {}) => setStageWithFacade({ LEGACY_JWT_SECRET: secret, ...env })
const one = (service: string, id: number) => ({ service, id })
const REPLAY = '/control/dead-letters/replay'

describe('dead letters', () => {
  it('are listed of every service that takes events in, asked with a token for it alone', async () => {
    const { emotion, monolith, facade } = await stage()
    const tokens = consume(emotion)
    const answer = await facade.control('GET', '/control/dead-letters', { role: 'viewer' })
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { services: [{ service: 'emotion', reason: null, dead_letters: [letter] }] },
    ])
    expect(monolith.requests).toBe(0)
    expect(await verifyServiceToken(tokens[0] ?? '', { secret, audience: 'emotion' })).toEqual({
      caller: 'facade',
    })
  })

  it('are not known of a service that is away or answers something else, and of others they are', async () => {
    const { emotion, facade } = await stage({ EMOTIBOT_AI_URL: 'http://127.0.0.1:9' })
    consume(emotion)
    const answer = await facade.control('GET', '/control/dead-letters')
    expect(await answer.json()).toMatchObject({
      services: [
        { service: 'emotion', dead_letters: [letter] },
        { service: 'ai', reason: expect.any(String), dead_letters: [] },
      ],
    })
    emotion.handler = (_request, response) => answerJson(response, { dead_letters: 'many' })
    const odd = await facade.control('GET', '/control/dead-letters')
    expect(await odd.json()).toMatchObject({ services: [{ reason: 'it answered 200' }, {}] })
  })

  it('are not those of a service that takes no events in', async () => {
    const { emotion, facade } = await stage()
    emotion.handler = (_request, response) => response.writeHead(404).end()
    const answer = await facade.control('GET', '/control/dead-letters')
    expect(await answer.json()).toEqual({ services: [] })
  })

  it('are replayed one by one, each answering for itself, and the audit says by whom', async () => {
    const { emotion, facade } = await stage()
    consume(emotion)
    const body = { dead_letters: [one('emotion', 3), one('emotion', 4), one('emotion', 5)], why: 'mended' }
    const answer = await facade.control('POST', REPLAY, { body })
    expect(await answer.json()).toEqual({
      replayed: [
        { service: 'emotion', id: 3, outcome: 'taken', reason: null },
        { service: 'emotion', id: 4, outcome: 'failed', reason: 'still so' },
        { service: 'emotion', id: 5, outcome: 'unknown', reason: null },
      ],
    })
    const audit = await (await facade.control('GET', '/control/audit')).json()
    expect(audit).toMatchObject({
      entries: [
        {
          action: 'replay',
          by: 'olga',
          why: 'mended',
          summary: 'replay of 3 dead letter(s): emotion/3, emotion/4, emotion/5',
        },
      ],
    })
  })

  it('stay with a service that is away', async () => {
    const { emotion, facade } = await stage()
    await emotion.kill()
    const answer = await facade.control('POST', REPLAY, { body: { dead_letters: [one('emotion', 3)] } })
    expect(await answer.json()).toMatchObject({
      replayed: [{ outcome: 'failed', reason: expect.stringMatching(/emotion is away/) }],
    })
  })

  it.each([
    ['a service that is not there', { dead_letters: [one('nobody', 3)] }, 400],
    ['no dead letters', { dead_letters: [] }, 400],
    ['an id that is none', { dead_letters: [one('emotion', 0)] }, 400],
    ['a field too many', { dead_letters: [one('emotion', 3)], all: true }, 400],
  ])('of %s are refused before anybody is asked', async (_what, body, status) => {
    const { emotion, facade } = await stage()
    const answer = await facade.control('POST', REPLAY, { body })
    expect([answer.status, emotion.requests]).toEqual([status, 0])
  })

  it('are replayed by operators only, and by no facade without the secret', async () => {
    const { facade } = await stage()
    const body = { dead_letters: [one('emotion', 3)] }
    expect((await facade.control('POST', REPLAY, { body, role: 'viewer' })).status).toBe(403)
    const bare = await setStageWithFacade()
    const answer = await bare.facade.control('POST', REPLAY, { body })
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'REFUSED' }])
  })
})
