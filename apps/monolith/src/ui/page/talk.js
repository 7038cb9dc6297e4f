// @ts-check

import { finishedText } from './announcer.js'
import { messageOf, Problem } from './api.js'
import { isDraft } from './outbox.js'
import { EMPTY, shownUnsent, withDelta, withNewestPage, withOlderPage, withTurn } from './turn-list.js'

/** @import { FrameOut, Turn } from '@emotibot/contracts' */
/** @import { Api } from './api.js' */
/** @import { Outbox } from './outbox.js' */
/** @import { TurnsView } from './turns-view.js' */

/** How often a reply that is on its way is asked after: with a live line only in case a frame was lost. */
const ASK_MS = 1_500
const ASK_WITH_LINE_MS = 8_000

/**
 * The open conversation of a signed-in user: its history, what comes in live, and what is not sent yet.
 * @param {{
 *   api: Pick<Api, 'history'>,
 *   outbox: Outbox,
 *   view: TurnsView,
 *   isLive: () => boolean,
 *   say: (text: string) => void,
 *   onMood: (turn: Turn | undefined) => void,
 *   onProblem: (message: string | null) => void,
 *   onGone: () => void,
 * }} options
 */
export function createTalk({ api, outbox, view, isLive, say, onMood, onProblem, onGone }) {
  let conversationId = ''
  let list = EMPTY
  let isLoading = false
  let timer = 0
  /** @type {Map<string, string>} */
  const streamed = new Map()
  /** Turns whose reply somebody waits for. @type {Set<string>} */
  const awaited = new Set()
  /** Turns whose reply was announced: an older telling of a turn that comes late announces nothing again. @type {Set<string>} */
  const announced = new Set()
  /** @type {{ conversationId: string, text: string, heardAtMs: number }[]} */
  let heard = []

  function show() {
    const here = heard.filter((turn) => turn.conversationId === conversationId)
    const unsent = shownUnsent(outbox.of(conversationId), here).map((one) => ({
      unsent: one,
      progress: outbox.progressOf(one.key),
    }))
    view.show({ turns: list.turns, streamed, unsent, hasOlder: list.olderBefore !== null, isLoading })
    onMood(list.turns.findLast((turn) => turn.detected_emotion !== null))
    askAfterPending()
  }

  /** @param {typeof list} next */
  function become(next) {
    list = next
    for (const turn of list.turns) {
      if (turn.reply_status === 'pending') awaited.add(turn.id)
      else if (awaited.delete(turn.id)) finish(turn)
    }
    show()
  }

  /** @param {Turn} turn */
  function finish(turn) {
    streamed.delete(turn.id)
    if (announced.has(turn.id)) return
    announced.add(turn.id)
    say(finishedText(turn))
  }

  function askAfterPending() {
    clearTimeout(timer)
    if (!list.turns.some((turn) => turn.reply_status === 'pending')) return
    timer = window.setTimeout(refresh, isLive() ? ASK_WITH_LINE_MS : ASK_MS)
  }

  /**
   * Loads a page into the list, unless another conversation was opened meanwhile.
   * @param {string | null} before
   * @param {typeof withNewestPage} join
   */
  async function load(before, join) {
    const asked = conversationId
    try {
      const page = await api.history(asked, before)
      if (asked !== conversationId) return
      isLoading = false
      onProblem(null)
      become(join(list, page))
    } catch (thrown) {
      if (asked !== conversationId) return
      isLoading = false
      if (thrown instanceof Problem && thrown.status === 404) onGone()
      else onProblem(messageOf(thrown))
      show()
    }
  }

  /** The newest page again: after a gap, or whenever in doubt. */
  async function refresh() {
    if (conversationId !== '' && !isDraft(conversationId)) await load(null, withNewestPage)
  }

  async function older() {
    if (isLoading || list.olderBefore === null) return
    isLoading = true
    show()
    await load(list.olderBefore, withOlderPage)
  }

  return {
    refresh,
    older,
    show,
    conversationId: () => conversationId,
    /** `isWaiting`: another may be opened in a moment, so no welcome yet. @param {string} id @param {{ isWaiting?: boolean }} [options] */
    async open(id, { isWaiting = false } = {}) {
      conversationId = id
      list = EMPTY
      awaited.clear()
      isLoading = isWaiting || !isDraft(id)
      onProblem(null)
      view.toLatest()
      show()
      await refresh()
    },
    /** The open draft has become a conversation. @param {string} draftId @param {string} id */
    adopt(draftId, id) {
      if (conversationId !== draftId) return
      conversationId = id
      show()
    },
    /** The answer to a send. @param {Turn} turn */
    delivered(turn) {
      heard = heard.filter(({ text }) => text !== turn.user_message)
      if (turn.conversation_id !== conversationId) return
      awaited.add(turn.id)
      become(withTurn(list, turn))
    },
    /** @param {FrameOut} frame */
    hear(frame) {
      if (frame.type === 'turn.delta') {
        const { turn_id, offset, text } = frame.delta
        streamed.set(turn_id, withDelta(streamed.get(turn_id) ?? '', { offset, text }))
        show()
      }
      if (frame.type !== 'turn.created' && frame.type !== 'turn.updated') return
      const { turn } = frame
      if (frame.type === 'turn.created') {
        heard = [
          ...heard.slice(-20),
          { conversationId: turn.conversation_id, text: turn.user_message, heardAtMs: Date.now() },
        ]
      }
      if (turn.conversation_id === conversationId && (frame.type === 'turn.created' || isKnown(turn))) {
        become(withTurn(list, turn))
      }
    },
    /** Older turns until one is there. @param {string} turnId */
    async reach(turnId) {
      while (!list.turns.some(({ id }) => id === turnId) && list.olderBefore !== null) await older()
      return view.pointAt(turnId)
    },
  }

  /** An update of a turn older than what is loaded comes with its page. @param {Turn} turn */
  function isKnown(turn) {
    const last = list.turns.at(-1)
    return list.turns.some(({ id }) => id === turn.id) || !last || turn.timestamp >= last.timestamp
  }
}
/** @typedef {ReturnType<typeof createTalk>} TalkControl */
