import { textAt } from '../journey/journey.ts'
import { ofFrontDoor, scenario } from '../journey/scenario.ts'
import { untilAnswered } from '../journey/until-answered.ts'
import { TEXTS } from './emotion.ts'

/** Nearly every route that has two sides, once or twice: short enough to be walked wherever routes can stand. */
export const wholeVisit = scenario(
  'a whole visit',
  [
    'auth.register',
    'auth.login',
    'auth.me',
    'emotion.analyze',
    'emotion.batch',
    'emotion.trends',
    'emotion.feedback',
    'conversation.create',
    'conversation.list',
    'conversation.rename',
    'conversation.send',
    'conversation.history',
    'conversation.search',
    'conversation.export',
    'conversation.delete_turn',
    'conversation.delete',
    'conversation.clear',
    'ai.reply',
    'ai.suggestions',
    'ai.insights',
    'realtime.socket',
  ],
  async (journey) => {
    const { call } = journey
    await call('ai.suggestions')
    await call('ai.reply', { body: { text: TEXTS.sad } })
    await call('emotion.analyze', { body: { text: TEXTS.angry } })
    await call('emotion.batch', { body: { texts: Object.values(TEXTS) } })

    const nora = await journey.person('nora')
    const as = nora
    await call('auth.me', { as, via: 'cookie' })
    const socket = await journey.socket({ cookie: `emotibot_session=${nora.token}` })
    await socket?.until('ready', ({ type }) => type === 'ready')
    const headers = [['idempotency-key', 'one-talk']] as const
    const created = await call('conversation.create', { as, body: { title: 'one' }, headers })
    await call('conversation.create', { as, body: { title: 'one' }, headers, note: 'again' })
    const id = textAt(created.json, 'conversation.id')
    await call('conversation.rename', { as, params: { id }, body: { title: 'renamed 😀' } })
    const turns: string[] = []
    for (const text of [TEXTS.sad, TEXTS.happy, 'I want to die', 'ünïcode 😀 crème']) {
      const sent = await call('conversation.send', { as, params: { id }, body: { text }, note: text })
      turns.push(textAt(sent.json, 'turn.id'))
    }
    const [first = '', second = ''] = turns
    if (socket) {
      await untilAnswered(socket, turns.length)
      journey.keepFrames('four turns', socket)
    }
    await call('emotion.feedback', { as, body: { turn_id: first, emotion: 'angry' } })
    await call('emotion.feedback', { as, body: { turn_id: 'nobody', emotion: 'angry' }, note: 'of no turn' })
    await call('emotion.trends', { as })
    await call('ai.insights', { as })
    await call('conversation.search', { as, query: { q: 'creme' } })
    await call('conversation.delete_turn', { as, params: { id, turn_id: second } })
    await call('conversation.history', { as, params: { id } })
    await call('conversation.export', { as, query: { format: 'json' } })
    await call('emotion.trends', { as, note: 'without the deleted one' })
    await call('ai.insights', { as, note: 'without the deleted one' })

    const omar = await journey.person('omar')
    const own = await call('conversation.create', { as: omar, body: {} })
    const params = { id: textAt(own.json, 'conversation.id') }
    await call('conversation.history', { as: omar, params: { id }, note: 'of another user' })
    await call('emotion.feedback', {
      as: omar,
      body: { turn_id: first, emotion: 'sad' },
      note: 'of another user',
    })
    await call('conversation.send', { as: omar, params, body: { text: TEXTS.neutral } })
    await call('conversation.delete', { as: omar, params })
    await call('conversation.create', { as: omar, body: { title: 'last' } })
    await call('conversation.clear', { as: omar })
    await call('conversation.list', { as: omar, note: 'cleared' })
  },
)

/** Where sessions and accounts end: what ended, the front door knows before anybody hears of it. */
export const endOfVisit = ofFrontDoor(
  'the end of a visit',
  ['auth.password', 'auth.logout', 'auth.logout_all', 'auth.delete', 'conversation.send'],
  async (journey) => {
    const { call } = journey
    const omar = await journey.person('omar')
    const body = { current_password: omar.password, new_password: 'another horse' }
    await call('auth.password', { as: omar, body })
    await call('auth.logout_all', { as: omar })
    await call('auth.me', { as: omar, note: 'signed out' })

    const gone = await journey.person('gone')
    const hers = await call('conversation.create', { as: gone, body: {} })
    const there = { id: textAt(hers.json, 'conversation.id') }
    await call('conversation.send', { as: gone, params: there, body: { text: TEXTS.fearful } })
    await call('auth.delete', { as: gone })
    for (const route of ['auth.me', 'conversation.list', 'emotion.trends', 'ai.insights'] as const)
      await call(route, { as: gone, note: 'of a deleted account' })
    const nora = await journey.person('nora')
    await call('auth.logout', { as: nora })
    await call('conversation.list', { as: nora, note: 'signed out' })
  },
)
