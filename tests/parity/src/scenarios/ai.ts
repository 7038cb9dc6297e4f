import { textAt } from '../journey/journey.ts'
import { type Scenario, scenario } from '../journey/scenario.ts'
import { sendSpoiled } from './bad-bodies.ts'
import { TEXTS } from './emotion.ts'

export const aiScenarios: readonly Scenario[] = [
  scenario('a guest gets a reply and nothing is saved', ['ai.reply'], async (journey) => {
    for (const text of Object.values(TEXTS)) await journey.call('ai.reply', { body: { text }, note: text })
    await sendSpoiled(journey, 'ai.reply', { good: { text: 'I am happy' } })
  }),

  scenario('there are calm ways to begin', ['ai.suggestions'], async ({ call }) => {
    await call('ai.suggestions')
    await call('ai.suggestions', { query: { any: 'thing' }, note: 'a parameter nobody asked for' })
  }),

  scenario('insights is a sentence about the turns', ['ai.insights'], async (journey) => {
    const { call } = journey
    const nora = await journey.person()
    await call('ai.insights', { as: nora, note: 'without turns' })
    const created = await call('conversation.create', { as: nora, body: {} })
    const id = textAt(created.json, 'conversation.id')
    for (const text of [TEXTS.sad, TEXTS.happy, TEXTS.happy])
      await call('conversation.send', { as: nora, params: { id }, body: { text } })
    const { json } = await call('ai.insights', { as: nora })
    journey.claim('ai.insights', 'insights is a sentence', /^[A-Z].+[.!?]$/s.test(textAt(json, 'insights')))
  }),
]
