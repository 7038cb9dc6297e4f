import { textAt } from '../journey/journey.ts'
import { scenario } from '../journey/scenario.ts'
import { untilAnswered } from '../journey/until-answered.ts'
import type { WalkedEntry } from './entry.ts'

/** 13: the user of a socket is read from the wrong field: everybody shares one room. */
export const ownRoom: WalkedEntry = {
  number: 13,
  scenario: scenario(
    'catalogue 13: a socket belongs to its user, and hears nobody else',
    ['realtime.socket'],
    async (journey) => {
      const nora = await journey.person('nora')
      const omar = await journey.person('omar')
      const hers = await journey.socket({ cookie: `emotibot_session=${nora.token}` })
      const his = await journey.socket({ cookie: `emotibot_session=${omar.token}` })
      if (!hers || !his) return
      const ready = await his.until('ready', ({ type }) => type === 'ready')
      const isHis = 'username' in ready && ready.username === omar.username
      journey.claim('realtime.socket', 'a socket knows whose it is', isHis)
      const created = await journey.call('conversation.create', { as: nora, body: {} })
      const id = textAt(created.json, 'conversation.id')
      await journey.call('conversation.send', { as: nora, params: { id }, body: { text: 'for me alone' } })
      await untilAnswered(hers)
      his.send({ type: 'preview', text: 'I am happy' })
      await his.until('the preview', ({ type }) => type === 'emotion.preview')
      journey.claim('realtime.socket', 'nobody hears another', !JSON.stringify(his.frames).includes('alone'))
    },
  ),
  breakages: [{ name: 'every user shares one room', isOneRoom: true }],
}
