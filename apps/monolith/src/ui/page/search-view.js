// @ts-check
import { messageOf } from './api.js'
import { clockLabel, dayLabel } from './dates.js'
import { byId, make } from './dom.js'

/** @import { Turn } from '@emotibot/contracts' */
/** @import { Api } from './api.js' */

const AFTER_MS = 250

/**
 * Search as one types; a result opens its conversation at that turn.
 * @param {{ api: Pick<Api, 'search'>, titleOf: (conversationId: string) => string, onOpen: (turn: Turn) => void, say: (text: string) => void }} options
 */
export function createSearchView({ api, titleOf, onOpen, say }) {
  const form = byId('search', HTMLFormElement)
  const words = byId('search-words', HTMLInputElement)
  const place = byId('search-results', HTMLElement)
  let timer = 0
  let asked = ''

  words.addEventListener('input', () => {
    clearTimeout(timer)
    timer = window.setTimeout(() => void search(), AFTER_MS)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(timer)
    void search()
  })

  async function search() {
    const q = words.value.trim()
    asked = q
    place.hidden = q === ''
    if (q === '') return
    try {
      const page = await api.search(q, null)
      if (asked === q) show(page.turns, page.next_before !== null)
    } catch (thrown) {
      if (asked === q) place.replaceChildren(make('p', { className: 'muted', text: messageOf(thrown) }))
    }
  }

  /** @param {Turn[]} turns @param {boolean} hasMore */
  function show(turns, hasMore) {
    const found = turns.length === 0 ? 'Nothing found.' : `${turns.length}${hasMore ? ' or more' : ''} found`
    const list = make('ul', {}, ...turns.map((turn) => make('li', {}, resultOf(turn))))
    place.replaceChildren(make('p', { className: 'muted', text: found }), list)
    say(found)
  }

  /** @param {Turn} turn */
  function resultOf(turn) {
    const when = `${titleOf(turn.conversation_id)} · ${dayLabel(turn.timestamp, new Date())}, ${clockLabel(turn.timestamp)}`
    const button = make(
      'button',
      { className: 'result', attributes: { type: 'button' } },
      make('span', { className: 'result-text', text: turn.user_message }),
      make('span', { className: 'muted', text: when }),
    )
    button.onclick = () => onOpen(turn)
    return button
  }

  return { focus: () => words.focus() }
}
