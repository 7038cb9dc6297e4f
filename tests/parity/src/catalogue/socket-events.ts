import { textAt } from '../journey/journey.ts'
import { scenario } from '../journey/scenario.ts'
import { untilAnswered } from '../journey/until-answered.ts'
import type { Breakage } from '../plant/breakage.ts'
import type { WalkedEntry } from './entry.ts'

const renamed: Breakage = {
  name: 'socket events have other names',
  frame: (frame) => (frame['type'] === 'turn.created' ? { ...frame, type: 'new_message' } : frame),
}
const withoutPreview: Breakage = {
  name: 'previews are gone',
  frame: (frame) => (frame['type'] === 'emotion.preview' ? null : frame),
}

/** 12: socket events renamed, the preview gone: realtime silent. */
export const socketEvents: WalkedEntry = {
  number: 12,
  scenario: scenario(
    'catalogue 12: a turn and a preview arrive under their own names',
    ['realtime.socket'],
    async (journey) => {
      const nora = await journey.person()
      const socket = await journey.socket({ cookie: `emotibot_session=${nora.token}` })
      if (!socket) return
      socket.send({ type: 'preview', text: 'I am happy' })
      const created = await journey.call('conversation.create', { as: nora, body: {} })
      const id = textAt(created.json, 'conversation.id')
      await journey.call('conversation.send', { as: nora, params: { id }, body: { text: 'I am sad' } })
      await untilAnswered(socket)
      journey.keepFrames('of a turn and a preview', socket)
    },
  ),
  breakages: [renamed, withoutPreview],
}
