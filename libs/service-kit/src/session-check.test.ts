import { SESSION_PATH, type SessionState, type TokenClaims } from '@emotibot/contracts'
import { expect, it, onTestFinished } from 'vitest'
import { createServer } from './create-server.ts'
import { mountSessionCheck, type SessionQuestion } from './session-check.ts'

const claims: TokenClaims = { sub: 'u', username: 'Ann', email: 'a@x.org', sid: 's', iat: 0, exp: 1 }
const tokenOf = (payload: object) =>
  `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${'x'.repeat(43)}`
const genuine = tokenOf(claims)

async function startCheck() {
  const questions: SessionQuestion[] = []
  const server = createServer({ name: 'side', logLevel: 'silent' })
  mountSessionCheck(server, {
    readClaims: async (token) => (token === genuine ? claims : null),
    look(question) {
      questions.push(question)
      return { state: question.claims ? 'live' : 'unknown', is_owner: true }
    },
  })
  onTestFinished(() => server.close())
  const url = (await server.listen({ host: '127.0.0.1', port: 0 })) + SESSION_PATH
  const ask = (headers: Record<string, string>) => fetch(url, { method: 'POST', headers })
  return { questions, ask }
}

it('asks the store about the session of a genuine token, by its folded username', async () => {
  const { ask, questions } = await startCheck()
  const answer = await ask({ authorization: `Bearer ${genuine}` })
  expect((await answer.json()) as SessionState).toEqual({ state: 'live', is_owner: true })
  expect(questions).toEqual([{ partition: 'ann', claims }])
})

it('asks only who owns the partition when the token cannot be verified', async () => {
  const { ask, questions } = await startCheck()
  const answer = await ask({ authorization: `Bearer ${tokenOf({ ...claims, username: 'BOB' })}` })
  expect(await answer.json()).toEqual({ state: 'unknown', is_owner: true })
  expect(questions).toEqual([{ partition: 'bob', claims: null }])
})

it.each([['nonsense'], [tokenOf({ username: 1 })]])('knows nothing of %s, and asks nobody', async (token) => {
  const { ask, questions } = await startCheck()
  expect(await (await ask({ authorization: `Bearer ${token}` })).json()).toEqual({
    state: 'unknown',
    is_owner: false,
  })
  expect(questions).toEqual([])
})

it('is asked about something', async () => {
  const { ask } = await startCheck()
  expect((await ask({})).status).toBe(401)
})
