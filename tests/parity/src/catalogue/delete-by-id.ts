import { textAt } from '../journey/journey.ts'
import { scenario } from '../journey/scenario.ts'
import { jsonAnswer } from '../plant/breakage.ts'
import type { WalkedEntry } from './entry.ts'

const BY_ID = /^\/api\/conversations\/[^/?]+(\/turns\/[^/?]+)?$/

/** 17: the gateway's pattern is written in a form that the gateway no longer reads: 404. */
export const deleteById: WalkedEntry = {
  number: 17,
  scenario: scenario(
    'catalogue 17: a turn and a conversation are deleted by their ids',
    ['conversation.delete_turn', 'conversation.delete'],
    async ({ call, claim, person }) => {
      const as = await person()
      const created = await call('conversation.create', { as, body: {} })
      const id = textAt(created.json, 'conversation.id')
      const sent = await call('conversation.send', { as, params: { id }, body: { text: 'forget this' } })
      const params = { id, turn_id: textAt(sent.json, 'turn.id') }
      const turn = await call('conversation.delete_turn', { as, params })
      claim('conversation.delete_turn', 'a turn is deleted by its id', turn.status === 204)
      const whole = await call('conversation.delete', { as, params: { id } })
      claim('conversation.delete', 'a conversation is deleted by its id', whole.status === 204)
      await call('conversation.list', { as, note: 'nothing is left' })
    },
  ),
  breakages: [
    {
      name: 'what has an id in its path is not found',
      request: ({ method, path }) =>
        method === 'DELETE' && BY_ID.test(path) ? jsonAnswer(404, { error: 'Not found' }) : null,
    },
  ],
}
