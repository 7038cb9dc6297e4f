import { PERIODS } from '@emotibot/contracts'
import type { Journey, Person } from '../journey/journey.ts'
import { textAt } from '../journey/journey.ts'
import { type Scenario, scenario } from '../journey/scenario.ts'
import { OLE } from '../targets/settings.ts'

/** Words of his turns, of what they were answered, and of none. */
const QUERIES = [
  'creme',
  'nul',
  'happy',
  'va bien',
  'half pair',
  'markup code',
  '大大',
  'cut',
  'nobody',
  'zzz',
]

/** Everything that can be read of what an old file held. */
async function readAll(
  { call }: Journey,
  as: Person,
): Promise<{ id: string; turns: string[]; text: string }> {
  const listed = await call('conversation.list', { as })
  const id = textAt(listed.json, 'conversations.0.id')
  const history = await call('conversation.history', { as, params: { id } })
  const page = await call('conversation.history', {
    as,
    params: { id },
    query: { limit: '4' },
    note: 'a page',
  })
  const before = textAt(page.json, 'next_before')
  await call('conversation.history', { as, params: { id }, query: { limit: '4', before }, note: 'older' })
  for (const q of QUERIES) await call('conversation.search', { as, query: { q }, note: `q ${q}` })
  for (const format of ['json', 'md'])
    await call('conversation.export', { as, query: { format }, note: format })
  for (const period of PERIODS) await call('emotion.trends', { as, query: { period }, note: period })
  await call('ai.insights', { as })
  return { id, turns: idsOf(history.json), text: history.text }
}

function idsOf(json: unknown): string[] {
  const ids = Array.from({ length: 50 }, (_, at) => textAt(json, `turns.${at}.id`))
  return ids.filter((id) => id !== '')
}

const ROUTES = [
  'conversation.list',
  'conversation.history',
  'conversation.search',
  'conversation.export',
  'emotion.trends',
  'ai.insights',
] as const

const signIn = ({ signIn: ask }: Journey): Promise<Person> => ask({ ...OLE, token: '', userId: '' })

/** Writes nothing, so that it can be walked again and again. */
export const readLegacy = scenario('what an old file holds is answered as it is', ROUTES, async (journey) => {
  const { turns, text } = await readAll(journey, await signIn(journey))
  const isWhole = text.includes('ça va bien '.repeat(8_000))
  journey.claim('conversation.history', 'a large turn is there whole', isWhole)
  journey.claim('conversation.history', 'nothing he said is missing', turns.length >= 16)
})

export const legacyScenarios: readonly Scenario[] = [
  readLegacy,
  scenario(
    'an old conversation goes on: its turns are judged, and deleted by id',
    [...ROUTES, 'conversation.send', 'conversation.rename', 'conversation.delete_turn', 'emotion.feedback'],
    async (journey) => {
      const { call } = journey
      const as = await signIn(journey)
      const { id, turns } = await readAll(journey, as)
      await call('conversation.rename', { as, params: { id }, body: { title: 'All I ever said' } })
      await call('conversation.send', { as, params: { id }, body: { text: 'I am happy, and still here' } })
      for (const turn_id of turns)
        await call('emotion.feedback', {
          as,
          body: { turn_id, emotion: 'fearful' },
          note: `feedback ${turn_id}`,
        })
      for (const turn_id of turns.slice(0, -2))
        await call('conversation.delete_turn', { as, params: { id, turn_id }, note: `delete ${turn_id}` })
      await readAll(journey, as)
    },
  ),
]
