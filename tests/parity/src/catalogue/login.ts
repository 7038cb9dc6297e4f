import { readUnverifiedClaims, TOKEN_LIFETIME_SECONDS } from '@emotibot/contracts'
import { textAt } from '../journey/journey.ts'
import { scenario } from '../journey/scenario.ts'
import { type Breakage, jsonAnswer, jsonOf, type PlantedAnswer } from '../plant/breakage.ts'
import { LENA } from '../targets/settings.ts'
import type { WalkedEntry } from './entry.ts'

const isLogin = (path: string, { status }: PlantedAnswer) => path === '/api/auth/login' && status === 200

const renamesToken: Breakage = {
  name: 'login answers token, not access_token',
  answer: (answer, { path }) => {
    const text = answer.body.toString().replace('"access_token"', '"token"')
    return isLogin(path, answer) ? { ...answer, body: Buffer.from(text) } : answer
  },
}

/** 3: login answers `token`: the page stores `undefined`, signed in and yet 401 everywhere. */
export const accessToken: WalkedEntry = {
  number: 3,
  scenario: scenario(
    'catalogue 3: a login answers an access token that opens the next page',
    ['auth.login', 'auth.me'],
    async (journey) => {
      const nora = await journey.person()
      const { status } = await journey.call('auth.me', { as: nora })
      journey.claim('auth.login', 'its access_token is taken', nora.token !== '' && status === 200)
    },
  ),
  breakages: [renamesToken],
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const otherClaims: Breakage = {
  name: 'a token says user_id, an integer, for 24 hours',
  answer: (answer, { path }) => {
    const body = jsonOf(answer.body)
    if (!isLogin(path, answer) || typeof body !== 'object' || body === null) return answer
    const iat = Math.floor(Date.now() / 1_000)
    const claims = encode({ user_id: 7, username: 'nora', iat, exp: iat + 24 * 3_600 })
    return jsonAnswer(200, { ...body, access_token: `${encode({ alg: 'HS256' })}.${claims}.c2ln` })
  },
}

/** 4: other claims, another lifetime: every session dies at the flip, and again at the roll back. */
export const tokenClaims: WalkedEntry = {
  number: 4,
  scenario: scenario(
    'catalogue 4: a token says whose it is, of which session, for an hour',
    ['auth.login', 'auth.me'],
    async (journey) => {
      const nora = await journey.person()
      const { sub, sid = '', iat = 0, exp = 0 } = readUnverifiedClaims(nora.token) ?? {}
      journey.claim('auth.login', 'sub is the user', sub === nora.userId)
      journey.claim('auth.login', 'sid is a session', sid !== '')
      journey.claim('auth.login', 'it lives an hour', exp - iat === TOKEN_LIFETIME_SECONDS)
      // Whatever is flipped between them: a session outlives it.
      for (let turn = 1; turn <= 6; turn += 1) {
        const { status } = await journey.call('auth.me', { as: nora, note: `turn ${turn}` })
        journey.claim('auth.me', `still signed in at turn ${turn}`, status === 200)
      }
    },
  ),
  breakages: [otherClaims],
}

const oldHashesAreUnknown: Breakage = {
  name: 'old passwords are not understood',
  request: ({ path, body }) => {
    const isLena = body.toString().toLowerCase().includes('lena')
    return path === '/api/auth/login' && isLena ? jsonAnswer(401, { error: 'Unauthorized' }) : null
  },
}

/** 5: another hash in another column: existing users cannot log in. */
export const oldPasswords: WalkedEntry = {
  number: 5,
  scenario: scenario(
    'catalogue 5: somebody of the first EmotiBot signs in with the old password',
    ['auth.login', 'auth.me'],
    async (journey) => {
      const lena = await journey.signIn({ ...LENA, token: '', userId: '' })
      const { status } = await journey.call('auth.me', { as: lena })
      journey.claim('auth.login', 'the old password signs in', status === 200)
      journey.claim('auth.login', 'she is who she was', lena.userId === LENA.id)
    },
  ),
  breakages: [oldHashesAreUnknown],
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const idsAreIntegers: Breakage = {
  name: 'a user id is an integer',
  answer: (answer, { path }) => {
    if (!path.startsWith('/api/auth/')) return answer
    const text = answer.body.toString().replaceAll(/"user_id":"[^"]*"/g, '"user_id":7')
    return { ...answer, body: Buffer.from(text) }
  },
}

/** 6: ids are integers: history is orphaned. */
export const userIds: WalkedEntry = {
  number: 6,
  scenario: scenario(
    'catalogue 6: a user has one id, a uuid, wherever it is said',
    ['auth.register', 'auth.login', 'auth.me'],
    async (journey) => {
      const nora = await journey.person()
      const { json } = await journey.call('auth.me', { as: nora })
      const again = await journey.signIn(nora)
      journey.claim('auth.login', 'it is a uuid', UUID.test(nora.userId))
      const ids = [textAt(json, 'user.user_id'), again.userId]
      journey.claim(
        'auth.me',
        'it stays the same',
        ids.every((id) => id === nora.userId),
      )
    },
  ),
  breakages: [idsAreIntegers],
}

/** 9: who is signed in is asked at `/api/auth/user`: 404 where the page asks. */
export const whoIsSignedIn: WalkedEntry = {
  number: 9,
  scenario: scenario(
    'catalogue 9: who is signed in is answered where the page asks',
    ['auth.me'],
    async (journey) => {
      const nora = await journey.person()
      const { status, json } = await journey.call('auth.me', { as: nora, via: 'cookie' })
      const isNora = textAt(json, 'user.username') === nora.username
      journey.claim('auth.me', 'it is she', status === 200 && isNora)
    },
  ),
  breakages: [
    {
      name: 'who is signed in is under another path',
      request: ({ method, path }) =>
        method === 'GET' && path === '/api/auth/me' ? jsonAnswer(404, { error: 'Not found' }) : null,
    },
  ],
}
