import { eventId, type FrameOut } from '@emotibot/contracts'
import type { LiveSocket } from '@emotibot/testkit'
import { type Journey, type Person, textAt } from '../journey/journey.ts'
import { type Scenario, scenario } from '../journey/scenario.ts'
import { untilAnswered } from '../journey/until-answered.ts'
import { TEXTS } from './emotion.ts'

const isOf =
  (type: FrameOut['type']) =>
  (frame: FrameOut): boolean =>
    frame.type === type

/** A frame that is answered last, so that all before it have been. */
async function settle(socket: LiveSocket, text: string): Promise<void> {
  const seen = socket.frames.filter(isOf('emotion.preview')).length
  socket.send({ type: 'preview', text })
  await socket.until('the preview', () => socket.frames.filter(isOf('emotion.preview')).length > seen)
}

/** Comes back having seen a turn before it was answered, and then having seen nothing. */
async function resume(journey: Journey, { token }: Person, before: LiveSocket): Promise<void> {
  const [turnId] = before.frames.flatMap((frame) => ('turn' in frame ? [frame.turn.id] : []))
  for (const seen of [[eventId(turnId ?? '', 1)], []]) {
    const socket = await journey.socket({ cookie: `emotibot_session=${token}` })
    if (!socket) continue
    await socket.until('ready', isOf('ready'))
    socket.send({ type: 'resume', seen })
    await socket.until('what was missed', ({ type }) => type.startsWith('turn.') || type === 'resync')
    journey.keepFrames(`resumed having seen ${seen.length}`, socket)
  }
}

export const realtimeScenarios: readonly Scenario[] = [
  scenario(
    'a turn arrives on the sockets of its user, word by word, and on nobody else’s',
    ['realtime.socket', 'conversation.send'],
    async (journey) => {
      const { call } = journey
      const [nora, omar] = [await journey.person('nora'), await journey.person('omar')]
      const hers = await journey.socket({ cookie: `emotibot_session=${nora.token}` })
      const his = await journey.socket({ authorization: `Bearer ${omar.token}` })
      if (!hers || !his) return
      await hers.until('ready', isOf('ready'))
      await his.until('ready', isOf('ready'))
      const created = await call('conversation.create', { as: nora, body: {} })
      const id = textAt(created.json, 'conversation.id')
      await call('conversation.send', { as: nora, params: { id }, body: { text: TEXTS.sad } })
      await untilAnswered(hers)
      await settle(his, TEXTS.happy)
      journey.keepFrames('of the user', hers)
      journey.keepFrames('of another user', his)
      const isHeard = his.frames.some((frame) => 'turn' in frame)
      journey.claim('realtime.socket', 'nobody hears another user', !isHeard)
      await resume(journey, nora, hers)
    },
  ),

  scenario('typing reaches the user’s other sockets', ['realtime.socket'], async (journey) => {
    const nora = await journey.person()
    const cookie = `emotibot_session=${nora.token}`
    const [one, two] = [await journey.socket({ cookie }), await journey.socket({ cookie })]
    if (!one || !two) return
    await two.until('ready', isOf('ready'))
    one.send({ type: 'typing' })
    await two.until('typing', isOf('typing'))
    await settle(one, TEXTS.happy)
    journey.keepFrames('who types', one)
    journey.keepFrames('who watches', two)
  }),

  scenario('a guest gets previews', ['realtime.socket'], async (journey) => {
    const guest = await journey.socket()
    if (!guest) return
    await guest.until('ready', isOf('ready'))
    for (const text of Object.values(TEXTS)) await settle(guest, text)
    journey.keepFrames('of a guest', guest)
  }),

  scenario('a frame nobody knows is answered with an error', ['realtime.socket'], async (journey) => {
    const guest = await journey.socket()
    if (!guest) return
    await guest.until('ready', isOf('ready'))
    const frames = [
      'not json',
      'null',
      '[]',
      '5',
      '{}',
      '{"type":"nope"}',
      '{"type":"preview"}',
      '{"type":"preview","text":5}',
      '{"type":"typing","extra":1}',
      '{"type":"resume","seen":["made up"]}',
      '{"type":"preview","text":"nul \\u0000"}',
    ]
    for (const [at, text] of frames.entries()) {
      guest.sendText(text)
      await guest.until('the error', () => guest.frames.filter(isOf('error')).length > at)
    }
    journey.keepFrames('errors', guest)
  }),

  scenario(
    'a socket opens only for its own page and for a good token',
    ['realtime.socket'],
    async (journey) => {
      const nora = await journey.person()
      await journey.socket({ cookie: `emotibot_session=${nora.token}`, origin: 'https://elsewhere.example' })
      await journey.socket({ cookie: `emotibot_session=${nora.token}`, origin: null })
      for (const options of [{ cookie: 'emotibot_session=garbage' }, { authorization: 'Bearer garbage' }]) {
        const socket = await journey.socket(options)
        if (socket) journey.keepFrames('of a bad token', socket, await socket.closed)
      }
      await journey.call('realtime.socket', { note: 'without an upgrade' })
    },
  ),
]
