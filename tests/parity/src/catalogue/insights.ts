import { textAt } from '../journey/journey.ts'
import { scenario } from '../journey/scenario.ts'
import { jsonAnswer } from '../plant/breakage.ts'
import type { WalkedEntry } from './entry.ts'

const PATH = '/api/conversations/insights'

/** 11: insights are counters, through a call that always fails: insights dead. */
export const insights: WalkedEntry = {
  number: 11,
  scenario: scenario('catalogue 11: insights is a sentence', ['ai.insights'], async (journey) => {
    const nora = await journey.person()
    const { json } = await journey.call('ai.insights', { as: nora })
    journey.claim('ai.insights', 'it is a sentence', /^[A-Z].+[.!?]$/s.test(textAt(json, 'insights')))
  }),
  breakages: [
    {
      name: 'insights are counters',
      request: ({ path }) =>
        path === PATH ? jsonAnswer(200, { total_conversations: 0, emotions: {} }) : null,
    },
    {
      name: 'the call for insights always fails',
      request: ({ path }) => (path === PATH ? jsonAnswer(500, { error: 'Internal server error' }) : null),
    },
  ],
}
