import { readUnverifiedClaims } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { serveForFile } from './testing/serve-for-file.ts'
import { bearer, newPerson, signIn, signUp, statusOfMe } from './testing/start-auth.ts'

const { database, auth } = await serveForFile()

/**
 * A login of this user that has looked at the password and has not committed yet. What comes now must wait for it, and
 * must see its session.
 */
async function duringLogin(userId: string, act: () => Promise<unknown>): Promise<void> {
  const acted = await database.write('auth', async (tx) => {
    await tx`select 1 from users where id = ${userId} for update`
    await tx`insert into sessions values (${`late of ${userId}`}, ${userId}, 1, ${Date.now() + 60_000}, null)`
    const done = act()
    const isWaiting = () => database.sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event = 'transactionid'`
    await expect.poll(isWaiting, { timeout: 10_000 }).toHaveLength(1)
    return { done }
  })
  await acted.done
}

const livingSessionsOf = (userId: string) =>
  database.sql`select 1 from sessions where user_id = ${userId} and revoked_at_ms is null`

const isTime = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
const register = (body: ReturnType<typeof newPerson>) => auth.client.call('auth.register', { body })
const login = (username: string, password: string) =>
  auth.client.call('auth.login', { body: { username, password } })

describe('register', () => {
  it('answers 201 with the account', async () => {
    const person = newPerson()
    const answer = await register(person)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      message: 'User registered successfully',
      user: {
        user_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        username: person.username,
        email: person.email,
        created_at: isTime,
        updated_at: isTime,
        is_active: true,
      },
    })
  })

  it.each([
    ['name in other letters', { username: 'ÉMILIE', email: 'other@example.org' }],
    ['name in another normal form', { username: 'E\u0301milie', email: 'other@example.org' }],
    ['e-mail in other letters', { username: 'other', email: 'Emilie@Example.ORG' }],
    ["e-mail as somebody's name", { username: 'emilie@example.org', email: 'other@example.org' }],
  ])('refuses a taken %s with 400', async (_what, taken) => {
    await register({ username: 'émilie', email: 'emilie@example.org', password: 'x' })
    const answer = await register({ ...taken, password: 'y' })
    expect([answer.status, answer.body]).toEqual([
      400,
      {
        error: 'User already exists',
        code: 'DUPLICATE_USER',
        message: 'This username or e-mail is taken. Sign in, or choose another.',
        request_id: expect.any(String),
      },
    ])
  })

  it('has no rule for the length of a password', async () => {
    expect((await register({ ...newPerson(), password: 'a' })).status).toBe(201)
  })

  it('keeps no password, and nothing a password could be tried against but slow hashes', async () => {
    const person = { ...newPerson(), password: 'hide and seek' }
    const headers = { 'idempotency-key': `key-${person.username}` }
    await auth.client.call('auth.register', { body: person, headers })
    const rows = await database.sql`
      select to_jsonb(users)::text as row from users union all
      select to_jsonb(auth_idempotency_keys)::text from auth_idempotency_keys`
    expect(rows.some(({ row }) => row.includes(person.username))).toBe(true)
    expect(rows.filter(({ row }) => row.includes('hide and seek'))).toEqual([])
  })
})

describe('login', () => {
  it('takes the name or the e-mail, in any letters, and sets the cookie', async () => {
    const person = newPerson()
    await register(person)
    for (const name of [person.username, person.username.toUpperCase(), person.email.toUpperCase()]) {
      const answer = await login(name, person.password)
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({
        message: 'Login successful',
        token_type: 'bearer',
        user: { username: person.username },
      })
      expect(answer.headers.get('set-cookie')).toMatch(
        /^emotibot_session=[\w.-]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
      )
    }
  })

  it('answers a wrong password and an unknown name alike', async () => {
    const person = newPerson()
    await register(person)
    const [wrong, unknown] = [await login(person.username, 'wrong'), await login('nobody at all', 'wrong')]
    for (const answer of [wrong, unknown])
      expect([answer.status, answer.body]).toEqual([
        401,
        {
          error: 'Unauthorized',
          code: 'UNAUTHENTICATED',
          message: 'The username or the password is not right.',
          request_id: expect.any(String),
        },
      ])
  })

  it('lets both of two legacy names that fold to one in, each by its own spelling', async () => {
    const [one, two] = [newPerson(), newPerson()]
    await register(one)
    await register(two)
    const spelled = one.username.toUpperCase()
    await database.write(
      'auth',
      (tx) => tx`
        update users set username = ${spelled}, username_key = ${one.username} where username = ${two.username}`,
    )
    expect((await login(one.username, one.password)).body).toMatchObject({ user: { email: one.email } })
    expect((await login(spelled, two.password)).body).toMatchObject({ user: { email: two.email } })
  })

  it('refuses a user who is not active, and ends what is open', async () => {
    const { person, token } = await signUp(auth)
    await database.write(
      'auth',
      (tx) => tx`update users set is_active = false where username = ${person.username}`,
    )
    expect((await login(person.username, person.password)).status).toBe(401)
    expect(await statusOfMe(auth, token)).toBe(401)
  })

  it('carries the claims of the contract, for an hour', async () => {
    const { person, token } = await signUp(auth)
    const claims = { ...readUnverifiedClaims(token) }
    expect(Object.keys(claims).sort()).toEqual(
      ['aud', 'email', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub', 'username'].sort(),
    )
    expect(claims).toMatchObject({ username: person.username, iss: 'emotibot-auth', aud: 'emotibot' })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3_600)
  })
})

describe('me', () => {
  it('says who is signed in', async () => {
    const { person, token } = await signUp(auth)
    const answer = await auth.client.call('auth.me', { headers: bearer(token) })
    expect(answer.body).toMatchObject({ user: { username: person.username, email: person.email } })
  })

  it('answers 401 to nobody', async () => {
    const answer = await auth.client.call('auth.me', {})
    expect([answer.status, answer.body]).toMatchObject([401, { message: 'Sign in first.' }])
  })

  it('takes the cookie, and leaves one alone that is not past half its life', async () => {
    const { token } = await signUp(auth)
    const headers = { cookie: `emotibot_session=${token}` }
    const answer = await auth.client.call('auth.me', { headers })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
  })
})

describe('logout', () => {
  it('ends this session and no other', async () => {
    const { person, token } = await signUp(auth)
    const other = await signIn(auth.client, person)
    const answer = await auth.client.call('auth.logout', { headers: bearer(token) })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
      204,
      'emotibot_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    ])
    expect([await statusOfMe(auth, token), await statusOfMe(auth, other)]).toEqual([401, 200])
  })

  it('everywhere ends all sessions of this user and nobody else', async () => {
    const { person, token } = await signUp(auth)
    const other = await signIn(auth.client, person)
    const stranger = await signUp(auth)
    expect((await auth.client.call('auth.logout_all', { headers: bearer(token) })).status).toBe(204)
    expect([await statusOfMe(auth, token), await statusOfMe(auth, other)]).toEqual([401, 401])
    expect(await statusOfMe(auth, stranger.token)).toBe(200)
  })

  it('everywhere ends also the session of a login under way', async () => {
    const { token } = await signUp(auth)
    const { sub = '' } = readUnverifiedClaims(token) ?? {}
    await duringLogin(sub, () => auth.client.call('auth.logout_all', { headers: bearer(token) }))
    expect(await livingSessionsOf(sub)).toEqual([])
  })
})

describe('password', () => {
  const change = (token: string, current_password: string, new_password: string) =>
    auth.client.call('auth.password', { headers: bearer(token), body: { current_password, new_password } })

  it('is changed, ends every other session, and this one goes on', async () => {
    const { person, token } = await signUp(auth)
    const other = await signIn(auth.client, person)
    const answer = await change(token, person.password, 'new')
    expect([answer.status, answer.body]).toEqual([200, { message: 'Password changed successfully' }])
    expect([await statusOfMe(auth, token), await statusOfMe(auth, other)]).toEqual([200, 401])
    expect((await login(person.username, person.password)).status).toBe(401)
    expect((await login(person.username, 'new')).status).toBe(200)
  })

  it('stays when the current one is wrong, with 400', async () => {
    const { person, token } = await signUp(auth)
    const answer = await change(token, 'wrong', 'new')
    expect([answer.status, answer.body]).toMatchObject([
      400,
      { code: 'BAD_REQUEST', message: 'The current password is not right.' },
    ])
    expect((await login(person.username, person.password)).status).toBe(200)
  })

  it('gives the monolith a new verifier, and the row a revision', async () => {
    const { person, token } = await signUp(auth)
    const rowOf = async () => (await database.sql`select * from users where username = ${person.username}`)[0]
    const before = await rowOf()
    await change(token, person.password, 'new')
    const after = await rowOf()
    expect(after?.['legacy_verifier']).toMatch(/^\$pbkdf2-sha256\$29000\$/)
    expect(after?.['legacy_verifier']).not.toBe(before?.['legacy_verifier'])
    expect([before?.['revision'], after?.['revision']]).toEqual(['1', '2'])
  })

  it('changed twice at once is changed once', async () => {
    const { person, token } = await signUp(auth)
    const answers = await Promise.all(['a', 'b'].map((next) => change(token, person.password, next)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  it('changed during a login with the old one ends the session of that', async () => {
    const { person, token } = await signUp(auth)
    const { sub = '' } = readUnverifiedClaims(token) ?? {}
    await duringLogin(sub, () => change(token, person.password, 'new'))
    expect(await livingSessionsOf(sub)).toHaveLength(1)
  })

  it('changed while somebody signs in with the old one leaves no session of the old one', async () => {
    const { person, token } = await signUp(auth)
    const logins = Array.from({ length: 6 }, () => login(person.username, person.password))
    const [changed, ...answers] = await Promise.all([change(token, person.password, 'new'), ...logins])
    expect(changed?.status).toBe(200)
    for (const answer of answers) {
      if (answer.ok && 'access_token' in answer.body)
        expect(await statusOfMe(auth, answer.body.access_token)).toBe(401)
    }
  })
})

describe('delete', () => {
  it('removes the user and its sessions, and leaves tombstones', async () => {
    const { person, token } = await signUp(auth)
    const other = await signIn(auth.client, person)
    const { sub = '', sid = '' } = readUnverifiedClaims(token) ?? {}
    const answer = await auth.client.call('auth.delete', { headers: bearer(token) })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
      204,
      'emotibot_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    ])
    expect([await statusOfMe(auth, token), await statusOfMe(auth, other)]).toEqual([401, 401])
    expect(await database.sql`select 1 from users where id = ${sub}`).toEqual([])
    expect(await database.sql`select 1 from sessions where user_id = ${sub}`).toEqual([])
    const tombstones = await database.sql`
      select entity from tombstones where key in (${sub}, ${sid}) order by entity`
    expect(tombstones.map(({ entity }) => entity)).toEqual(['session', 'user'])
  })

  it('frees the name, and the old token is not of the new user', async () => {
    const { person, token } = await signUp(auth)
    await auth.client.call('auth.delete', { headers: bearer(token) })
    expect((await login(person.username, person.password)).status).toBe(401)
    await signUp(auth, person)
    expect(await statusOfMe(auth, token)).toBe(401)
  })

  it('during a login leaves no session behind', async () => {
    const { token } = await signUp(auth)
    const { sub = '' } = readUnverifiedClaims(token) ?? {}
    await duringLogin(sub, () => auth.client.call('auth.delete', { headers: bearer(token) }))
    expect(await livingSessionsOf(sub)).toEqual([])
  })

  it('before a login commits makes that a 401', async () => {
    const { person, token } = await signUp(auth)
    const logins = Array.from({ length: 6 }, () => login(person.username, person.password))
    await Promise.all([auth.client.call('auth.delete', { headers: bearer(token) }), ...logins])
    const { sub = '' } = readUnverifiedClaims(token) ?? {}
    expect(await livingSessionsOf(sub)).toEqual([])
  })
})
