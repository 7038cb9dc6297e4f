// @ts-check
import { messageOf, Problem } from './api.js'
import { creationKey, isDraft } from './outbox.js'

/** @import { Conversation, Turn } from '@emotibot/contracts' */
/** @import { Api } from './api.js' */
/** @import { Outbox, Unsent } from './outbox.js' */

const FIRST_RETRY_MS = 4_000
const LONGEST_RETRY_MS = 60_000
const TITLE_MOST = 48

/**
 * The title a new conversation gets from its first words. Titles hold no control characters and no bidirectional marks.
 * @param {string} text
 */
export function titleFrom(text) {
  const plain = text
    .toWellFormed()
    .replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (plain.length <= TITLE_MOST) return plain || 'New conversation'
  const cut = plain.slice(0, TITLE_MOST)
  return `${cut
    .slice(0, Math.max(cut.lastIndexOf(' '), TITLE_MOST / 2))
    .toWellFormed()
    .trim()}…`
}

/**
 * Carries unsent messages to the server: one after the other within a conversation, so that they are said in the order
 * they were written. Passing trouble is tried again, under the same key; a refusal waits for a person.
 * @param {{
 *   api: Pick<Api, 'createConversation' | 'sendTurn'>,
 *   outbox: Outbox,
 *   onTurn: (turn: Turn) => void,
 *   onConversation: (conversation: Conversation, draftId: string) => void,
 *   later?: (run: () => void, delayMs: number) => unknown,
 * }} options
 */
export function createCourier({ api, outbox, onTurn, onConversation, later = setTimeout }) {
  /** @type {Set<string>} */
  const underWay = new Set()
  let failures = 0

  /** @param {string} conversationId */
  async function deliver(conversationId) {
    if (underWay.has(conversationId)) return
    underWay.add(conversationId)
    try {
      await deliverInOrder(conversationId)
    } finally {
      underWay.delete(conversationId)
    }
  }

  /** @param {string} startedAs */
  async function deliverInOrder(startedAs) {
    let conversationId = startedAs
    for (;;) {
      const next = outbox.of(conversationId).find(outbox.mayGoByItself)
      if (!next) return
      outbox.setProgress(next.key, { state: 'sending' })
      try {
        conversationId = await conversationOf(next)
        const { turn } = await api.sendTurn({ ...next, conversationId })
        failures = 0
        outbox.remove(next.key)
        onTurn(turn)
      } catch (thrown) {
        if (noteFailure(next, thrown)) return
      }
    }
  }

  /** @param {Unsent} unsent */
  async function conversationOf({ conversationId, text }) {
    if (!isDraft(conversationId)) return conversationId
    const { conversation } = await api.createConversation(titleFrom(text), creationKey(conversationId))
    outbox.adopt(conversationId, conversation.id)
    onConversation(conversation, conversationId)
    return conversation.id
  }

  /** @param {Unsent} unsent @param {unknown} thrown @returns {boolean} whether the ones behind it must wait too */
  function noteFailure({ key }, thrown) {
    const isSignInNeeded = thrown instanceof Problem && thrown.status === 401
    const isPassing = isSignInNeeded || (thrown instanceof Problem && thrown.isPassing)
    outbox.setProgress(key, { state: 'failed', message: messageOf(thrown), isPassing })
    if (!isPassing) return false
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++)
    const askedMs = thrown instanceof Problem ? (thrown.retryAfterMs ?? 0) : 0
    if (!isSignInNeeded) later(deliverAll, Math.max(delayMs, askedMs))
    return true
  }

  function deliverAll() {
    for (const conversationId of new Set(outbox.all().map((unsent) => unsent.conversationId))) {
      void deliver(conversationId)
    }
  }

  return {
    deliver,
    deliverAll,
    /** A person asks for another attempt. @param {Unsent} unsent */
    retry({ key, conversationId }) {
      failures = 0
      outbox.letGo(key)
      return deliver(conversationId)
    },
  }
}
/** @typedef {ReturnType<typeof createCourier>} Courier */
