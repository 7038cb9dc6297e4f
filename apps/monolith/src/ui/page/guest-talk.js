// @ts-check
import { finishedText } from './announcer.js'
import { messageOf } from './api.js'
import { mintKey } from './outbox.js'

/** @import { Turn } from '@emotibot/contracts' */
/** @import { Api } from './api.js' */
/** @import { Progress, Unsent } from './outbox.js' */
/** @import { TurnsView } from './turns-view.js' */

/**
 * A guest's talk: in this page's memory and nowhere else.
 * @param {{ api: Pick<Api, 'guestReply'>, view: TurnsView, say: (text: string) => void, onMood: (turn: Turn | undefined) => void }} options
 */
export function createGuestTalk({ api, view, say, onMood }) {
  /** @type {Turn[]} */
  const turns = []
  /** @type {{ unsent: Unsent, progress: Progress }[]} */
  let unsent = []

  function show() {
    view.show({ turns, streamed: new Map(), unsent, hasOlder: false, isLoading: false })
    onMood(turns.at(-1))
  }

  /** @param {{ unsent: Unsent, progress: Progress }} entry */
  async function ask(entry) {
    entry.progress = { state: 'sending' }
    show()
    try {
      const turn = turnOf(entry.unsent, await api.guestReply(entry.unsent.text))
      unsent = unsent.filter((one) => one !== entry)
      turns.push(turn)
      say(finishedText(turn))
    } catch (thrown) {
      entry.progress = { state: 'failed', message: messageOf(thrown), isPassing: true }
    }
    show()
  }

  return {
    show,
    /** @param {string} text */
    send(text) {
      /** @type {typeof unsent[number]} */
      const entry = {
        unsent: { key: mintKey(), conversationId: 'guest', text, queuedAtMs: Date.now() },
        progress: { state: 'sending' },
      }
      unsent = [...unsent, entry]
      return ask(entry)
    },
    /** @param {Unsent} which */
    async retry(which) {
      const entry = unsent.find((one) => one.unsent.key === which.key)
      if (entry) await ask(entry)
    },
    /** @param {Unsent} which */
    discard(which) {
      unsent = unsent.filter((one) => one.unsent.key !== which.key)
      show()
    },
  }
}

/**
 * @param {Unsent} said
 * @param {{ bot_message: string, emotion: string, confidence: number, polarity: number, subjectivity: number }} reply
 * @returns {Turn}
 */
function turnOf(said, { bot_message, emotion, confidence, polarity, subjectivity }) {
  return {
    id: said.key,
    conversation_id: said.conversationId,
    user_message: said.text,
    bot_message,
    reply_status: 'complete',
    detected_emotion: emotion,
    confidence,
    polarity,
    subjectivity,
    timestamp: new Date(said.queuedAtMs).toISOString(),
  }
}
