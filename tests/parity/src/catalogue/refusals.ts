import { scenario } from '../journey/scenario.ts'
import { jsonAnswer, jsonOf } from '../plant/breakage.ts'
import type { WalkedEntry } from './entry.ts'

/** 8: the body of a 401 lacks the message: wrong text on the page. */
export const refusals: WalkedEntry = {
  number: 8,
  scenario: scenario(
    'catalogue 8: a 401 says error, code and message',
    ['auth.login', 'auth.me'],
    async ({ call, claim }) => {
      const { json } = await call('auth.login', { body: { username: 'nobody', password: 'x' } })
      const fields = Object.keys(json ?? {})
      claim('auth.login', 'it has the one shape', fields.join() === 'error,code,message,request_id')
      await call('auth.me')
    },
  ),
  breakages: [
    {
      name: 'a 401 is { error } only',
      answer: (answer) => {
        if (answer.status !== 401) return answer
        const body = jsonOf(answer.body)
        const error = typeof body === 'object' && body && 'error' in body ? body.error : 'Unauthorized'
        return jsonAnswer(401, { error })
      },
    },
  ],
}
