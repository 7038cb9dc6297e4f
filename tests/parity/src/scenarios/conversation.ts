import type { Journey, Person } from '../journey/journey.ts'
import { textAt } from '../journey/journey.ts'
import { type Scenario, scenario } from '../journey/scenario.ts'
import { sendSpoiled } from './bad-bodies.ts'
import { TEXTS } from './emotion.ts'

async function start({ call }: Journey, as: Person, title = 'a talk'): Promise<string> {
  return textAt((await call('conversation.create', { as, body: { title } })).json, 'conversation.id')
}

const NOBODYS = '00000000-0000-4000-8000-000000000000'
const ODD_IDS = [NOBODYS, 'x', '1', 'a'.repeat(64), 'a'.repeat(65), 'a b', "' OR 1=1 --", '%00', 'é']

export const conversationScenarios: readonly Scenario[] = [
  scenario(
    'conversations are made, renamed, listed and deleted',
    [
      'conversation.create',
      'conversation.rename',
      'conversation.list',
      'conversation.delete',
      'conversation.clear',
    ],
    async (journey) => {
      const { call } = journey
      const nora = await journey.person()
      await call('conversation.list', { as: nora, note: 'none' })
      await call('conversation.create', { as: nora, body: {}, via: 'cookie', note: 'no title' })
      const ids = []
      for (const title of ['one', 'two', '👋 três', 'x'.repeat(120)])
        ids.push(await start(journey, nora, title))
      const [first = '', second = ''] = ids
      await call('conversation.rename', { as: nora, params: { id: first }, body: { title: 'renamed' } })
      await call('conversation.list', { as: nora })
      const page = await call('conversation.list', { as: nora, query: { limit: '2' }, note: 'first page' })
      const before = textAt(page.json, 'next_before')
      await call('conversation.list', { as: nora, query: { limit: '2', before }, note: 'second page' })
      await call('conversation.delete', { as: nora, params: { id: second } })
      await call('conversation.delete', { as: nora, params: { id: second }, note: 'again' })
      await call('conversation.history', { as: nora, params: { id: second }, note: 'of a deleted one' })
      await call('conversation.clear', { as: nora })
      await call('conversation.clear', { as: nora, note: 'again' })
      await call('conversation.list', { as: nora, note: 'cleared' })
    },
  ),

  scenario(
    'titles and cursors that make no sense are refused',
    [
      'conversation.create',
      'conversation.rename',
      'conversation.list',
      'conversation.history',
      'conversation.search',
    ],
    async (journey) => {
      const { call } = journey
      const nora = await journey.person()
      const id = await start(journey, nora)
      for (const title of ['x'.repeat(121), ' lead', 'bidi \u2066', 'line\nbreak'])
        await call('conversation.create', { as: nora, body: { title }, note: `title ${title.slice(0, 12)}` })
      await sendSpoiled(journey, 'conversation.create', { as: nora, good: { title: 'fine' } })
      await sendSpoiled(journey, 'conversation.rename', { as: nora, params: { id }, good: { title: 'fine' } })
      const time = '2030-01-01T00:00:00.000Z'
      for (const before of [
        '',
        'x',
        '0',
        '-1',
        '1e9',
        '999999999999999',
        '9999999999999999',
        time,
        `${time}_${id}`,
        `${time}_`,
      ]) {
        await call('conversation.list', { as: nora, query: { before }, note: `before ${before}` })
        await call('conversation.history', {
          as: nora,
          params: { id },
          query: { before },
          note: `before ${before}`,
        })
        await call('conversation.search', { as: nora, query: { q: 'a', before }, note: `before ${before}` })
      }
      for (const limit of ['0', '-1', '1.5', 'x', '', '201', '1e2', ' 5', '0x5'])
        await call('conversation.history', {
          as: nora,
          params: { id },
          query: { limit },
          note: `limit ${limit}`,
        })
    },
  ),

  scenario(
    'turns are said, answered, read back page by page, and deleted',
    ['conversation.send', 'conversation.history', 'conversation.delete_turn'],
    async (journey) => {
      const { call } = journey
      const nora = await journey.person()
      const id = await start(journey, nora)
      const turns = []
      for (const text of [...Object.values(TEXTS), 'ünïcode 😀', 'two\nlines', '<b>html</b>', '  padded  '])
        turns.push(await call('conversation.send', { as: nora, params: { id }, body: { text }, note: text }))
      await call('conversation.history', { as: nora, params: { id } })
      const page = await call('conversation.history', {
        as: nora,
        params: { id },
        query: { limit: '3' },
        note: 'newest',
      })
      const before = textAt(page.json, 'next_before')
      await call('conversation.history', {
        as: nora,
        params: { id },
        query: { limit: '3', before },
        note: 'older',
      })
      const turn_id = textAt(turns[2]?.json, 'turn.id')
      await call('conversation.delete_turn', { as: nora, params: { id, turn_id } })
      await call('conversation.delete_turn', { as: nora, params: { id, turn_id }, note: 'again' })
      await call('conversation.history', { as: nora, params: { id }, note: 'without it' })
      await call('conversation.list', { as: nora, note: 'moved up' })
      await sendSpoiled(journey, 'conversation.send', {
        as: nora,
        params: { id },
        good: { text: 'I am happy' },
      })
    },
  ),

  scenario(
    'a send tried again with its key is one turn',
    ['conversation.send', 'conversation.create'],
    async (journey) => {
      const { call } = journey
      const nora = await journey.person()
      const headers = [['idempotency-key', 'once']] as const
      await call('conversation.create', { as: nora, body: { title: 'k' }, headers })
      await call('conversation.create', { as: nora, body: { title: 'k' }, headers, note: 'again' })
      await call('conversation.create', { as: nora, body: { title: 'other' }, headers, note: 'another body' })
      const id = await start(journey, nora)
      const sendHeaders = [['idempotency-key', 'said-once']] as const
      const send = (text: string, note: string) =>
        call('conversation.send', { as: nora, params: { id }, body: { text }, headers: sendHeaders, note })
      await send('I am happy', 'first')
      await send('I am happy', 'again')
      await send('I am sad', 'another body')
      const twice = [
        ['idempotency-key', 'a'],
        ['idempotency-key', 'b'],
      ] as const
      await call('conversation.send', {
        as: nora,
        params: { id },
        body: { text: 'x' },
        headers: twice,
        note: 'two keys',
      })
      await call('conversation.history', { as: nora, params: { id }, note: 'one turn' })
    },
  ),

  scenario(
    'words of crisis are answered with help first',
    ['conversation.send', 'ai.reply'],
    async (journey) => {
      const { call } = journey
      const nora = await journey.person()
      const id = await start(journey, nora)
      for (const text of [
        'I want to kill myself',
        'there is no reason to live',
        'I am so happy I could die',
      ]) {
        await call('conversation.send', { as: nora, params: { id }, body: { text }, note: text })
        await call('ai.reply', { body: { text }, note: text })
      }
    },
  ),

  scenario('search finds turns by the beginnings of words', ['conversation.search'], async (journey) => {
    const { call } = journey
    const nora = await journey.person()
    const id = await start(journey, nora)
    for (const text of [
      'Crème brûlée at noon',
      'the creme of the crop',
      'naïve ＦＵＬＬwidth',
      'under_score and 42',
    ])
      await call('conversation.send', { as: nora, params: { id }, body: { text } })
    const queries = [
      'creme',
      'CRÈME',
      'cre no',
      'brul',
      'rème',
      'full',
      'under',
      'score',
      '42',
      '4',
      '"creme"',
      'a*',
      '%',
      '()',
      '-',
      'NOT creme',
      'the AND',
      '幸',
    ]
    for (const q of queries) await call('conversation.search', { as: nora, query: { q }, note: `q ${q}` })
    for (const q of ['', ' ', 'nul \u0000', 'x'.repeat(200), 'x'.repeat(201)])
      await call('conversation.search', { as: nora, query: { q }, note: `q ${q.slice(0, 9)} ${q.length}` })
    await call('conversation.search', { as: nora, note: 'no q' })
    const page = await call('conversation.search', {
      as: nora,
      query: { q: 'cr', limit: '1' },
      note: 'a page of one',
    })
    const before = textAt(page.json, 'next_before')
    await call('conversation.search', {
      as: nora,
      query: { q: 'cr', limit: '1', before },
      note: 'the next page',
    })
  }),

  scenario('everything a user wrote comes as a file', ['conversation.export'], async (journey) => {
    const { call } = journey
    const nora = await journey.person()
    await call('conversation.export', { as: nora, note: 'nothing yet' })
    const id = await start(journey, nora, 'a *title* | with [markup]')
    for (const text of ['# no heading', '> no quote', 'two\nlines', '😀'])
      await call('conversation.send', { as: nora, params: { id }, body: { text } })
    await start(journey, nora, 'empty')
    for (const format of ['json', 'md', 'pdf', '', 'JSON'])
      await call('conversation.export', { as: nora, query: { format }, note: `format ${format}` })
  }),

  scenario(
    'what is another user’s is not there',
    [
      'conversation.history',
      'conversation.rename',
      'conversation.delete',
      'conversation.send',
      'conversation.delete_turn',
      'conversation.list',
      'conversation.search',
    ],
    async (journey) => {
      const { call } = journey
      const [nora, omar] = [await journey.person('nora'), await journey.person('omar')]
      const id = await start(journey, nora, 'hers')
      const sent = await call('conversation.send', { as: nora, params: { id }, body: { text: 'a secret' } })
      const turn_id = textAt(sent.json, 'turn.id')
      for (const given of [id, ...ODD_IDS]) {
        const params = { id: given, turn_id }
        await call('conversation.history', {
          as: omar,
          params,
          note: `history of ${given === id ? 'hers' : given}`,
        })
        await call('conversation.rename', { as: omar, params, body: { title: 'his' }, note: 'rename' })
        await call('conversation.send', { as: omar, params, body: { text: 'hello' }, note: 'send' })
        await call('conversation.delete_turn', { as: omar, params, note: 'delete the turn' })
        await call('conversation.delete', { as: omar, params, note: 'delete' })
      }
      const own = await start(journey, omar, 'his')
      await call('conversation.delete_turn', {
        as: omar,
        params: { id: own, turn_id },
        note: 'her turn in his',
      })
      await call('conversation.search', { as: omar, query: { q: 'secret' }, note: 'search' })
      await call('conversation.list', { as: omar, note: 'list' })
      await call('conversation.history', { as: nora, params: { id }, note: 'all is there' })
    },
  ),
]
