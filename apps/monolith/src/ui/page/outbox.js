// @ts-check

/** @import { Kept } from './storage.js' */

/**
 * A message that is not known to be stored. Its key is minted once and goes with every attempt, so that however often
 * it is sent it is said once.
 * @typedef {object} Unsent
 * @property {string} key
 * @property {string} conversationId what it belongs to; a `draft:` id where that does not exist yet
 * @property {string} text
 * @property {number} queuedAtMs
 */
/** @typedef {{ state: 'waiting' | 'sending' } | { state: 'failed', message: string, isPassing: boolean }} Progress */

const DRAFT = 'draft:'
/** Keys are kept 24 hours by the server; later the same key would say the message again, so only a person may. */
const KEY_LIFETIME_MS = 23 * 3_600_000

/** @param {() => string} newKey */
export function newDraftId(newKey) {
  return DRAFT + newKey()
}

/** @param {string} conversationId */
export function isDraft(conversationId) {
  return conversationId.startsWith(DRAFT)
}

/** The key under which a draft becomes a conversation. @param {string} draftId */
export function creationKey(draftId) {
  return draftId.slice(DRAFT.length)
}

/**
 * A random key. `randomUUID` exists on secure origins only; a page on a plain address in the home network is not one.
 * @param {Pick<Crypto, 'getRandomValues'> & { randomUUID?: () => string }} [source]
 */
export function mintKey(source = crypto) {
  if (source.randomUUID) return source.randomUUID()
  const bytes = source.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Messages of one user that are not known to be stored, kept over reloads and shared by tabs: one entry each, so that
 * two tabs never write over one another.
 * @param {{ kept: Kept, owner: string, onChange: () => void, now?: () => number, newKey?: () => string }} options
 */
export function createOutbox({ kept, owner, onChange, now = Date.now, newKey = mintKey }) {
  const prefix = `emotibot.outbox.${owner}.`
  /** @type {Map<string, Progress>} */
  const progress = new Map()

  /** @param {Unsent} unsent */
  function keep(unsent) {
    kept.set(prefix + unsent.key, JSON.stringify(unsent))
  }

  /** @returns {Unsent[]} */
  function all() {
    return kept
      .names(prefix)
      .flatMap((name) => parseUnsent(kept.get(name)))
      .sort((a, b) => a.queuedAtMs - b.queuedAtMs)
  }

  return {
    all,
    /** @param {string} conversationId */
    of: (conversationId) => all().filter((unsent) => unsent.conversationId === conversationId),
    /** @param {string} key @returns {Progress} */
    progressOf: (key) => progress.get(key) ?? { state: 'waiting' },
    /** @param {string} key @param {Progress} next */
    setProgress(key, next) {
      progress.set(key, next)
      onChange()
    },
    /** @param {string} text @param {string} conversationId */
    add(text, conversationId) {
      const latest = all().at(-1)?.queuedAtMs ?? 0
      keep({ key: newKey(), conversationId, text, queuedAtMs: Math.max(now(), latest + 1) })
      onChange()
    },
    /** A person lets it go once more, under the same key; what waited longer than keys live counts as written now. @param {string} key */
    letGo(key) {
      progress.delete(key)
      const unsent = all().find((one) => one.key === key)
      if (unsent && now() - unsent.queuedAtMs >= KEY_LIFETIME_MS) keep({ ...unsent, queuedAtMs: now() })
      onChange()
    },
    /** @param {string} key */
    remove(key) {
      progress.delete(key)
      kept.remove(prefix + key)
      onChange()
    },
    /** A draft has become a conversation. @param {string} draftId @param {string} conversationId */
    adopt(draftId, conversationId) {
      for (const unsent of all()) if (unsent.conversationId === draftId) keep({ ...unsent, conversationId })
      onChange()
    },
    clear() {
      for (const { key } of all()) kept.remove(prefix + key)
      progress.clear()
    },
    /** Whether it may be sent without asking: not refused for good, and its key still known to the server. @param {Unsent} unsent */
    mayGoByItself({ key, queuedAtMs }) {
      const known = progress.get(key)
      return !(known?.state === 'failed' && !known.isPassing) && now() - queuedAtMs < KEY_LIFETIME_MS
    },
  }
}
/** @typedef {ReturnType<typeof createOutbox>} Outbox */

/** @param {string | null} json @returns {Unsent[]} */
function parseUnsent(json) {
  try {
    const { key, conversationId, text, queuedAtMs } = JSON.parse(json ?? '')
    if (typeof key !== 'string' || typeof conversationId !== 'string' || typeof text !== 'string') return []
    return [{ key, conversationId, text, queuedAtMs: Number(queuedAtMs) }]
  } catch {
    return []
  }
}
