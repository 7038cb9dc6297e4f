// @ts-check
import { createComposer } from './composer.js'
import { createGuestTalk } from './guest-talk.js'
import { createLiveSocket } from './live-socket.js'
import { createSeenEvents } from './seen-events.js'
import { createTurnsView } from './turns-view.js'

/** @import { Page } from './app.js' */

/**
 * A guest's page: one talk, kept nowhere; the live line is for previews only.
 * @param {Page} page
 */
export function startGuestChat({ api, kept, say, showMood, line, socketUrl }) {
  const view = createTurnsView({
    onOlder: () => {},
    onRetry: (unsent) => {
      void talk.retry(unsent)
      composer.focus()
    },
    onDiscard: (unsent) => {
      talk.discard(unsent)
      composer.begin(unsent.text)
    },
  })
  const talk = createGuestTalk({ api, view, say, onMood: showMood })
  const socket = createLiveSocket({
    url: socketUrl,
    seen: createSeenEvents(),
    onFrame: (frame) => {
      if (frame.type === 'emotion.preview') composer.showPreview(frame.emotion)
    },
    onState: line.become,
    onGap: () => {},
    onRefused: () => {},
    onSignInNeeded: () => socket.stop(),
  })
  const composer = createComposer({
    api,
    kept,
    owner: null,
    tell: (frame) => socket.send(frame),
    onSend: (text) => {
      view.toLatest()
      void talk.send(text)
    },
  })
  talk.show()
  socket.start()
  return { composer }
}
