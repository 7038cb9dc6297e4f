import { movableRoutes, type RouteKey } from '@emotibot/contracts'
import { type Scenario, scenario } from '../journey/scenario.ts'
import { LENA } from '../targets/settings.ts'
import { sendSpoiled } from './bad-bodies.ts'
import { badAuthorizations } from './tokens.ts'

export const authScenarios: readonly Scenario[] = [
  scenario(
    'a user registers, signs in by name and by e-mail',
    ['auth.register', 'auth.login', 'auth.me'],
    async (journey) => {
      const { call, signIn } = journey
      const nora = await journey.person('Nora')
      await signIn({ ...nora, username: nora.email })
      await signIn({ ...nora, username: nora.email.toUpperCase() })
      await signIn({ ...nora, username: nora.username.toUpperCase() })
      await call('auth.me', { as: nora })
      await call('auth.me', { as: nora, via: 'cookie' })
      for (const password of ['wrong', 'correct horse ', 'CORRECT HORSE'])
        await call('auth.login', {
          body: { username: nora.username, password },
          note: `password ${password}`,
        })
      await call('auth.login', { body: { username: 'nobody at all', password: 'x' }, note: 'unknown name' })
    },
  ),

  scenario(
    'names are one by their fold, across names and e-mails',
    ['auth.register'],
    async ({ call, prefix }) => {
      const register = (username: string, email: string) =>
        call('auth.register', { body: { username, email, password: 'p' }, note: `${username} ${email}` })
      await register(`Émilie ${prefix}`, `e1-${prefix}@parity.example`)
      await register(`émilie ${prefix}`, `e2-${prefix}@parity.example`)
      await register(`ÉMILIE ${prefix}`, `e3-${prefix}@parity.example`)
      await register(`E\u0301milie ${prefix}`, `e4-${prefix}@parity.example`)
      await register(`ｎｏｒａ ${prefix}`, `e5-${prefix}@parity.example`)
      await register(`nora ${prefix}`, `e6-${prefix}@parity.example`)
      await register(`other ${prefix}`, `E1-${prefix}@PARITY.example`)
      await register(`e1-${prefix}@parity.example`, `e7-${prefix}@parity.example`)
    },
  ),

  scenario(
    'registration takes any password and refuses names nobody can read',
    ['auth.register'],
    async (journey) => {
      const { call, prefix } = journey
      const body = (username: string, at: number, password = 'p') => ({
        username,
        email: `n${at}-${prefix}@parity.example`,
        password,
      })
      const names = [
        'a'.repeat(80),
        'a'.repeat(81),
        ' lead',
        'trail ',
        'tab\there',
        'bidi \u202e',
        '👋',
        'ß',
        '.',
        '../..',
      ]
      for (const [at, name] of names.entries())
        await call('auth.register', { body: body(at === 0 ? name : `${name}`, at), note: `name ${at}` })
      for (const [at, password] of ['1', ' ', 'x'.repeat(1_024), 'x'.repeat(1_025), 'é'].entries())
        await call('auth.register', {
          body: body(`${prefix} pw ${at}`, 50 + at, password),
          note: `password ${at}`,
        })
      for (const [at, email] of [
        '',
        'a',
        '@',
        'a@',
        'a@b',
        'a b@c',
        'a@b\u0000c',
        `${'a'.repeat(250)}@b.c`,
      ].entries())
        await call('auth.register', {
          body: { username: `${prefix} mail ${at}`, email: `${email}`, password: 'p' },
          note: `e-mail ${at}`,
        })
      const good = { username: `${prefix} spoiled`, email: `spoiled-${prefix}@parity.example`, password: 'p' }
      await sendSpoiled(journey, 'auth.register', { good })
    },
  ),

  scenario(
    'a registration tried again with its key answers as the first time',
    ['auth.register'],
    async ({ call, prefix }) => {
      const body = { username: `keyed ${prefix}`, email: `keyed-${prefix}@parity.example`, password: 'p' }
      const headers = [['idempotency-key', `key-${prefix}`]] as const
      await call('auth.register', { body, headers, note: 'first' })
      await call('auth.register', { body, headers, note: 'again' })
      await call('auth.register', {
        body: { ...body, username: `other ${prefix}` },
        headers,
        note: 'another body',
      })
      await call('auth.register', {
        body,
        headers: [['idempotency-key', 'a key with spaces']],
        note: 'a bad key',
      })
    },
  ),

  scenario('a login with a spoiled body is refused', ['auth.login'], async (journey) => {
    const good = { username: `nobody ${journey.prefix}`, password: 'p' }
    await sendSpoiled(journey, 'auth.login', { good })
  }),

  scenario(
    'a new password ends every other session',
    ['auth.password', 'auth.me', 'auth.login'],
    async (journey) => {
      const { call, signIn } = journey
      const here = await journey.person()
      const there = await signIn(here)
      const change = (current_password: string, new_password: string) => ({ current_password, new_password })
      await call('auth.password', { as: here, body: change('wrong', 'new'), note: 'wrong password' })
      await call('auth.password', { as: here, body: change(here.password, 'new'), via: 'cookie' })
      await call('auth.me', { as: here, note: 'this session' })
      await call('auth.me', { as: there, note: 'the other session' })
      await call('auth.login', {
        body: { username: here.username, password: here.password },
        note: 'old password',
      })
      await signIn({ ...here, password: 'new' })
      await sendSpoiled(journey, 'auth.password', { as: here, good: change('new', 'newer') })
    },
  ),

  scenario(
    'signing out revokes one session, or all',
    ['auth.logout', 'auth.logout_all', 'auth.me'],
    async (journey) => {
      const { call, signIn } = journey
      const one = await journey.person()
      const two = await signIn(one)
      const three = await signIn(one)
      await call('auth.logout', { as: one, via: 'cookie' })
      await call('auth.logout', { as: one, note: 'revoked' })
      await call('auth.me', { as: one, note: 'the first session' })
      await call('auth.me', { as: two, note: 'the second session' })
      await call('auth.logout_all', { as: two })
      await call('auth.me', { as: three, note: 'the third session' })
      await call('auth.logout_all', { note: 'nobody' })
      await call('auth.logout', { note: 'nobody' })
    },
  ),

  scenario(
    'a deleted account is gone with all it wrote',
    ['auth.delete', 'auth.login', 'auth.me', 'auth.register', 'conversation.create', 'conversation.list'],
    async (journey) => {
      const { call, signIn } = journey
      const nora = await journey.person()
      await call('conversation.create', { as: nora, body: { title: 'mine' } })
      await call('auth.delete', { as: nora, via: 'cookie' })
      await call('auth.delete', { as: nora, note: 'again' })
      await call('auth.me', { as: nora, note: 'afterwards' })
      await signIn(nora)
      const { username, email, password } = nora
      await call('auth.register', { body: { username, email, password }, note: 'the name again' })
      const again = await signIn(nora)
      await call('conversation.list', { as: again, note: 'of the newcomer' })
    },
  ),

  scenario(
    'an account is deleted, and its name is free again',
    ['auth.delete', 'auth.login', 'auth.me', 'auth.register'],
    async ({ call, person, signIn }) => {
      const nora = await person()
      const elsewhere = await signIn(nora)
      await call('auth.delete', { as: nora })
      for (const as of [nora, elsewhere]) await call('auth.me', { as, note: 'afterwards' })
      await signIn(nora)
      const { username, email, password } = nora
      await call('auth.register', { body: { username, email, password }, note: 'the name again' })
      await call('auth.me', { as: await signIn(nora), note: 'the newcomer' })
    },
  ),

  scenario('tokens that open nothing open nothing of auth', ['auth.me', 'auth.logout'], async (journey) => {
    const nora = await journey.person()
    for (const { note, authorization } of badAuthorizations(nora.token))
      for (const route of ['auth.me', 'auth.logout'] as const)
        await journey.call(route, { headers: [['authorization', authorization]], note: `${route}, ${note}` })
    await journey.call('auth.me', { as: nora, note: 'the good one' })
  }),

  scenario(
    'somebody of the first EmotiBot signs in by name and by e-mail, and changes the password',
    ['auth.login', 'auth.me', 'auth.password'],
    async ({ call, signIn }) => {
      const lena = await signIn({ ...LENA, token: '', userId: '' })
      await signIn({ ...LENA, username: LENA.email.toUpperCase(), token: '', userId: '' })
      await call('auth.me', { as: lena })
      const body = { current_password: LENA.password, new_password: 'a new one' }
      await call('auth.password', { as: lena, body })
      await call('auth.login', { body: { username: LENA.username, password: LENA.password }, note: 'old' })
      const back = { current_password: 'a new one', new_password: LENA.password }
      await call('auth.password', { as: lena, body: back, note: 'and back' })
      await signIn({ ...LENA, token: '', userId: '' })
    },
  ),

  scenario('tokens that are not good open nothing', userRoutes(), async (journey) => {
    const { call } = journey
    const nora = await journey.person()
    for (const { note, authorization } of badAuthorizations(nora.token))
      await call('auth.me', { headers: [['authorization', authorization]], note })
    const good = `Bearer ${nora.token}`
    await call('auth.me', {
      headers: [
        ['authorization', good],
        ['authorization', good],
      ],
      note: 'a token twice',
    })
    await call('auth.me', {
      headers: [['authorization', `bearer ${nora.token}`]],
      note: 'bearer in lower case',
    })
    await call('auth.me', { headers: [['cookie', 'emotibot_session=garbage']], note: 'a garbage cookie' })
    for (const route of userRoutes()) await call(route, { params: ANY_IDS, note: `${route} of nobody` })
  }),

  scenario(
    'another site cannot act with the cookie',
    ['auth.logout', 'auth.password', 'conversation.create', 'auth.login'],
    async (journey) => {
      const { call } = journey
      const nora = await journey.person()
      const cookie = ['cookie', `emotibot_session=${nora.token}`] as const
      const foreign = ['origin', 'https://elsewhere.example'] as const
      await call('conversation.create', { body: {}, headers: [cookie], note: 'no origin' })
      await call('conversation.create', { body: {}, headers: [cookie, foreign], note: 'a foreign origin' })
      await call('conversation.create', {
        body: {},
        headers: [cookie, ['origin', 'null']],
        note: 'origin null',
      })
      await call('auth.logout', { headers: [cookie, foreign], note: 'a foreign origin' })
      await call('auth.password', { body: {}, headers: [cookie, foreign], note: 'a foreign origin' })
      const { username, password } = nora
      await call('auth.login', { body: { username, password }, headers: [foreign], note: 'login from afar' })
      await call('auth.me', { as: nora, note: 'still signed in' })
    },
  ),
]

const ANY_IDS = {
  id: '00000000-0000-4000-8000-000000000000',
  turn_id: '00000000-0000-4000-8000-000000000001',
}

function userRoutes(): RouteKey[] {
  return movableRoutes.filter(({ access }) => access === 'user').map(({ key }) => key as RouteKey)
}
