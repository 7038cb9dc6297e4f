// @ts-check
import { dayLabel, dayOf } from './dates.js'
import { byId, make } from './dom.js'
import { fillTurn, fillUnsent } from './turn-element.js'

/** @import { Turn } from '@emotibot/contracts' */
/** @import { Progress, Unsent } from './outbox.js' */

/**
 * @typedef {object} Talk
 * @property {readonly Turn[]} turns
 * @property {ReadonlyMap<string, string>} streamed replies as far as they have come, by turn
 * @property {readonly { unsent: Unsent, progress: Progress }[]} unsent
 * @property {boolean} hasOlder
 * @property {boolean} isLoading
 */

const NEAR_BOTTOM_PX = 80
const NEAR_TOP_PX = 200

/**
 * The log of what was said. Elements are kept by turn, so that a change repaints only what changed.
 * @param {{ onOlder: () => void, onRetry: (unsent: Unsent) => void, onDiscard: (unsent: Unsent) => void }} actions
 */
export function createTurnsView({ onOlder, onRetry, onDiscard }) {
  const log = byId('log', HTMLElement)
  const place = byId('turns', HTMLElement)
  const older = byId('older', HTMLButtonElement)
  const latest = byId('latest', HTMLButtonElement)
  const welcome = byId('welcome', HTMLElement)
  /** @type {Map<string, HTMLElement>} */
  let elements = new Map()
  let isSticking = true

  // A region that scrolls must be in reach of the keyboard.
  log.tabIndex = 0
  log.addEventListener('scroll', () => {
    isSticking = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_BOTTOM_PX
    latest.hidden = isSticking
    if (log.scrollTop < NEAR_TOP_PX && !older.hidden && !older.disabled) onOlder()
  })
  // A keyboard on a phone, a message box that grows: whoever was at the end stays there.
  new ResizeObserver(() => isSticking && toLatest()).observe(log)
  older.onclick = onOlder
  latest.onclick = () => toLatest()

  function toLatest() {
    isSticking = true
    latest.hidden = true
    log.scrollTop = welcome.hidden ? log.scrollHeight : 0
  }

  /** @param {Talk} talk */
  function show(talk) {
    const fromBottom = log.scrollHeight - log.scrollTop
    const isPrepended = place.firstElementChild !== null && isNewAtTop(talk)
    place.replaceChildren(...nodesOf(talk))
    older.hidden = !talk.hasOlder
    older.disabled = talk.isLoading
    welcome.hidden = talk.isLoading || talk.turns.length + talk.unsent.length > 0
    log.setAttribute('aria-busy', String(talk.isLoading))
    if (isSticking) toLatest()
    // The reader's place stays where it is while older turns grow above it.
    else if (isPrepended) log.scrollTop = log.scrollHeight - fromBottom
  }

  /** @param {Talk} talk */
  function isNewAtTop(talk) {
    const first = talk.turns[0]
    return first !== undefined && !elements.has(first.id)
  }

  /** @param {Talk} talk @returns {HTMLElement[]} */
  function nodesOf(talk) {
    /** @type {Map<string, HTMLElement>} */
    const next = new Map()
    /** @param {string} id @param {() => HTMLElement} create */
    const reuse = (id, create) => {
      const element = elements.get(id) ?? create()
      next.set(id, element)
      return element
    }
    const now = new Date()
    let day = ''
    const nodes = talk.turns.flatMap((turn) => {
      const article = reuse(turn.id, newArticle)
      fillTurn(article, turn, talk.streamed.get(turn.id) ?? '')
      if (dayOf(turn.timestamp) === day) return [article]
      day = dayOf(turn.timestamp)
      const divider = reuse(`day ${day}`, () => make('h2', { className: 'day' }))
      divider.textContent = dayLabel(turn.timestamp, now)
      return [divider, article]
    })
    const unsent = talk.unsent.map((entry) => {
      const article = reuse(entry.unsent.key, newArticle)
      fillUnsent(article, entry, { onRetry, onDiscard })
      return article
    })
    elements = next
    return [...nodes, ...unsent]
  }

  return {
    show,
    toLatest,
    /** Shows one turn, found by a search. @param {string} turnId */
    pointAt(turnId) {
      const element = elements.get(turnId)
      if (!element) return false
      element.scrollIntoView({ block: 'center' })
      element.classList.add('pointed')
      element.tabIndex = -1
      element.focus({ preventScroll: true })
      return true
    },
  }
}
/** @typedef {ReturnType<typeof createTurnsView>} TurnsView */

function newArticle() {
  return make('article', { className: 'turn' })
}
