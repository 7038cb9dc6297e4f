import { expect, test } from 'vitest'
import { type Monolith, newcomer, register, signIn, startMonolith } from '../testing/start-monolith.ts'

const login = (monolith: Monolith, username: string, password = 'pass word') =>
  monolith.client.call('auth.login', { body: { username, password } })

test('registers, signs in by name and by e-mail in any case, and says who is signed in', async () => {
  const monolith = await startMonolith()
  const registered = await monolith.client.call('auth.register', {
    body: { username: 'Ann', email: 'Ann@Example.org', password: 'x' },
  })
  expect(registered).toMatchObject({ status: 201, body: { message: 'User registered successfully' } })
  for (const name of ['Ann', 'ann', 'ANN@example.ORG']) {
    const answer = await login(monolith, name, 'x')
    expect(answer).toMatchObject({
      status: 200,
      body: { message: 'Login successful', token_type: 'bearer', user: { username: 'Ann', is_active: true } },
    })
    expect(answer.headers.get('set-cookie')).toMatch(/^emotibot_session=.+HttpOnly; SameSite=Lax$/)
  }
  const { client } = await signIn(monolith, 'ann', 'x')
  expect(await client.call('auth.me', {})).toMatchObject({ body: { user: { email: 'Ann@Example.org' } } })
})

test.each([
  ['another case of the name', { username: 'ÉMILIE', email: 'other@x.org' }],
  ['the name decomposed', { username: 'E\u0301milie', email: 'other@x.org' }],
  ['the name in full width', { username: 'Ｅ\u0301milie', email: 'other@x.org' }],
  ['another case of the e-mail', { username: 'other', email: 'Emilie@Example.ORG' }],
  ['the e-mail as a name', { username: 'emilie@example.org', email: 'other@x.org' }],
])('%s is a duplicate', async (_what, taken) => {
  const monolith = await startMonolith()
  await monolith.client.call('auth.register', {
    body: { username: 'Émilie', email: 'emilie@example.org', password: 'x' },
  })
  const answer = await monolith.client.call('auth.register', { body: { ...taken, password: 'x' } })
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'DUPLICATE_USER', error: 'User already exists' },
  })
})

test('of two racing registrations of one name one is made', async () => {
  const monolith = await startMonolith()
  const answers = await Promise.all(
    ['Ann', 'ann', 'ANN'].map((username, at) =>
      monolith.client.call('auth.register', { body: { username, email: `${at}@x.org`, password: 'x' } }),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400])
})

test('an unknown name and a wrong password hear the same', async () => {
  const monolith = await startMonolith()
  await register(monolith, 'ann')
  const [unknown, wrong] = [await login(monolith, 'bob'), await login(monolith, 'ann', 'wrong')]
  expect(unknown.status).toBe(401)
  expect(wrong.body).toMatchObject({
    code: 'UNAUTHENTICATED',
    message: (unknown.body as { message: string }).message,
  })
})

test('a logout ends its session and no other', async () => {
  const monolith = await startMonolith()
  await register(monolith, 'ann')
  const [here, there] = [await signIn(monolith, 'ann'), await signIn(monolith, 'ann')]
  const answer = await here.client.call('auth.logout', {})
  expect(answer.status).toBe(204)
  expect(answer.headers.get('set-cookie')).toMatch(/^emotibot_session=; Max-Age=0/)
  expect((await here.client.call('auth.me', {})).status).toBe(401)
  expect((await there.client.call('auth.me', {})).status).toBe(200)
})

test('logout-all ends every session', async () => {
  const monolith = await startMonolith()
  await register(monolith, 'ann')
  const [here, there] = [await signIn(monolith, 'ann'), await signIn(monolith, 'ann')]
  expect((await here.client.call('auth.logout_all', {})).status).toBe(204)
  expect((await here.client.call('auth.me', {})).status).toBe(401)
  expect((await there.client.call('auth.me', {})).status).toBe(401)
})

test('a new password ends the other sessions, and only it signs in', async () => {
  const monolith = await startMonolith()
  await register(monolith, 'ann')
  const [here, there] = [await signIn(monolith, 'ann'), await signIn(monolith, 'ann')]
  const wrong = await here.client.call('auth.password', {
    body: { current_password: 'no', new_password: 'new' },
  })
  expect(wrong.status).toBe(400)
  const right = await here.client.call('auth.password', {
    body: { current_password: 'pass word', new_password: 'new' },
  })
  expect(right.status).toBe(200)
  expect((await here.client.call('auth.me', {})).status).toBe(200)
  expect((await there.client.call('auth.me', {})).status).toBe(401)
  expect((await login(monolith, 'ann')).status).toBe(401)
  expect((await login(monolith, 'ann', 'new')).status).toBe(200)
})

test('a deleted account is gone with its tokens and conversations, and its name is free', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const other = await newcomer(monolith, 'bob')
  const created = await ann.client.call('conversation.create', { body: {} })
  expect(created.status).toBe(201)
  expect((await ann.client.call('auth.delete', {})).status).toBe(204)
  expect((await ann.client.call('auth.me', {})).status).toBe(401)
  expect((await login(monolith, 'ann')).status).toBe(401)
  const again = await newcomer(monolith, 'ann')
  expect(await again.client.call('conversation.list', {})).toMatchObject({ body: { conversations: [] } })
  expect((await other.client.call('auth.me', {})).status).toBe(200)
})

test('tokens that are not good all hear the same', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const broken = `${ann.token.slice(0, -4)}AAAA`
  await ann.client.call('auth.logout', {})
  const messages = await Promise.all(
    [broken, ann.token, 'nonsense'].map(async (token) => {
      const answer = await fetch(`${monolith.url}/api/auth/me`, {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(answer.status).toBe(401)
      return ((await answer.json()) as { message: string }).message
    }),
  )
  expect(new Set(messages).size).toBe(1)
})
