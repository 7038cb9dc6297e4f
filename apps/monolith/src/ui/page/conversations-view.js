// @ts-check
import { byId, make } from './dom.js'

/** @import { Conversation } from '@emotibot/contracts' */
/** @import { Api } from './api.js' */

/**
 * The list of conversations, the one written to last first. An entry is a link to its own address, so that back,
 * forward, a reload and a bookmark do what they always do.
 * @param {{ api: Pick<Api, 'conversations'>, onProblem: (thrown: unknown) => void }} options
 */
export function createConversationsView({ api, onProblem }) {
  const place = byId('conversations', HTMLUListElement)
  const more = byId('more-conversations', HTMLButtonElement)
  /** @type {Conversation[]} */
  let known = []
  /** @type {string | null} */
  let olderBefore = null
  let currentId = ''

  more.onclick = () => load(olderBefore)

  function show() {
    more.hidden = olderBefore === null
    place.replaceChildren(...known.map((conversation) => make('li', {}, linkTo(conversation))))
  }

  /** @param {Conversation} conversation */
  function linkTo({ id, title }) {
    const link = make('a', { text: title, attributes: { href: `#${id}` } })
    if (id === currentId) link.setAttribute('aria-current', 'page')
    return link
  }

  /** @param {string | null} before */
  async function load(before) {
    try {
      const page = await api.conversations(before)
      const told = new Set(page.conversations.map(({ id }) => id))
      const others = known.filter(({ id }) => !told.has(id))
      known = before === null ? page.conversations : [...others, ...page.conversations]
      olderBefore = page.next_before
      show()
    } catch (thrown) {
      onProblem(thrown)
    }
  }

  return {
    reload: () => load(null),
    newest: () => known[0],
    /** @param {string} id */
    find: (id) => known.find((conversation) => conversation.id === id),
    /** @param {string} id */
    mark(id) {
      currentId = id
      show()
    },
    /** New, renamed, or just written to: it comes first. @param {Conversation} conversation */
    putFirst(conversation) {
      known = [conversation, ...known.filter(({ id }) => id !== conversation.id)]
      show()
    },
    /** @param {string} id */
    drop(id) {
      known = known.filter((conversation) => conversation.id !== id)
      show()
    },
  }
}
/** @typedef {ReturnType<typeof createConversationsView>} ConversationsView */
