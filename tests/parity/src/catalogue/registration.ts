import { scenario } from '../journey/scenario.ts'
import { type Breakage, jsonAnswer, jsonOf } from '../plant/breakage.ts'
import type { WalkedEntry } from './entry.ts'

const duplicatesAre409: Breakage = {
  name: 'duplicates are 409',
  answer: (answer, { path }) => {
    const isDuplicate = path === '/api/auth/register' && answer.body.includes('DUPLICATE_USER')
    return isDuplicate ? { ...answer, status: 409 } : answer
  },
}

const passwordsHaveALength: Breakage = {
  name: 'a password has six characters at least',
  request: ({ path, body }) => {
    if (path !== '/api/auth/register') return null
    const given = jsonOf(body)
    const password = typeof given === 'object' && given && 'password' in given ? String(given.password) : ''
    return password.length < 6 ? jsonAnswer(400, { error: 'Bad request', message: 'Too short.' }) : null
  },
}

/** 7: duplicates are 409 and passwords have a rule: registrations refused that were valid. */
export const registration: WalkedEntry = {
  number: 7,
  scenario: scenario(
    'catalogue 7: a duplicate user is 400 and no password is too short',
    ['auth.register'],
    async ({ call, prefix }) => {
      const body = { username: `one ${prefix}`, email: `one-${prefix}@parity.example`, password: '1' }
      await call('auth.register', { body, note: 'a password of one character' })
      await call('auth.register', { body, note: 'the same again' })
      await call('auth.register', {
        body: { ...body, username: body.username.toUpperCase(), email: `two-${prefix}@parity.example` },
        note: 'the name in capitals',
      })
    },
  ),
  breakages: [duplicatesAre409, passwordsHaveALength],
}
