import { textAt } from '../journey/journey.ts'
import { scenario } from '../journey/scenario.ts'
import { jsonAnswer } from '../plant/breakage.ts'
import type { WalkedEntry } from './entry.ts'

/** 10: history under another path: 404, an empty page. */
export const history: WalkedEntry = {
  number: 10,
  scenario: scenario(
    'catalogue 10: history is where the page looks for it',
    ['conversation.history'],
    async (journey) => {
      const nora = await journey.person()
      const created = await journey.call('conversation.create', { as: nora, body: {} })
      const id = textAt(created.json, 'conversation.id')
      await journey.call('conversation.send', { as: nora, params: { id }, body: { text: 'remember this' } })
      const { status, text } = await journey.call('conversation.history', { as: nora, params: { id } })
      journey.claim(
        'conversation.history',
        'what was said is there',
        status === 200 && text.includes('remember this'),
      )
    },
  ),
  breakages: [
    {
      name: 'history is under another path',
      request: ({ method, path }) =>
        method === 'GET' && path.endsWith('/turns') ? jsonAnswer(404, { error: 'Not found' }) : null,
    },
  ],
}
