// @ts-check
// A signed-in user's page: conversations, the open one, the live line, and what is unsent, put together.
import { createComposer } from './composer.js'
import { wireConversationActions } from './conversation-actions.js'
import { createConversationsView } from './conversations-view.js'
import { createCourier } from './courier.js'
import { byId } from './dom.js'
import { createLiveSocket } from './live-socket.js'
import { createOutbox, isDraft, mintKey, newDraftId } from './outbox.js'
import { createSearchView } from './search-view.js'
import { createSeenEvents } from './seen-events.js'
import { createTalk } from './talk.js'
import { createTurnsView } from './turns-view.js'

/** @import { FrameOut, User } from '@emotibot/contracts' */
/** @import { Page } from './app.js' */

/**
 * @param {Page} page
 * @param {Pick<User, 'user_id' | 'username'>} user
 */
export function startChat(
  { api, kept, say, showMood, line, showProblem, sidebar, socketUrl, onSignInNeeded },
  user,
) {
  const outbox = createOutbox({ kept, owner: user.user_id, onChange: () => talk.show() })
  const view = createTurnsView({
    onOlder: () => void talk.older(),
    onRetry: (unsent) => {
      void courier.retry(unsent)
      composer.focus()
    },
    onDiscard: (unsent) => {
      outbox.remove(unsent.key)
      composer.begin(unsent.text)
    },
  })
  const conversations = createConversationsView({ api, onProblem: showProblem })
  const courier = createCourier({
    api,
    outbox,
    onTurn: (turn) => {
      talk.delivered(turn)
      touch(turn.conversation_id)
    },
    onConversation: (conversation, draftId) => {
      const isOpen = talk.conversationId() === draftId
      talk.adopt(draftId, conversation.id)
      conversations.putFirst(conversation)
      if (!isOpen) return
      settleOn(conversation.id)
      composer.follow(conversation.id)
    },
  })
  const socket = createLiveSocket({
    url: socketUrl,
    seen: createSeenEvents(),
    onFrame: hear,
    onState: (state) => {
      line.become(state)
      if (state === 'live') courier.deliverAll()
    },
    onGap: () => {
      void talk.refresh()
      void conversations.reload()
    },
    // A refused handshake says no why; this call finds out whether it is the session.
    onRefused: () => void api.me().catch(() => {}),
    onSignInNeeded,
  })
  const talk = createTalk({
    api,
    outbox,
    view,
    isLive: () => socket.state() === 'live',
    say,
    onMood: showMood,
    onProblem: showProblem,
    onGone: () => goTo(newDraftId(mintKey)),
  })
  const composer = createComposer({
    api,
    kept,
    owner: user.user_id,
    tell: (frame) => socket.send(frame),
    onSend: (text) => {
      const id = talk.conversationId()
      view.toLatest()
      outbox.add(text, id)
      void courier.deliver(id)
    },
  })
  const search = createSearchView({
    api,
    say,
    titleOf: (id) => conversations.find(id)?.title ?? 'Conversation',
    onOpen: async (turn) => {
      sidebar.close()
      if (turn.conversation_id !== talk.conversationId()) {
        window.history.pushState(null, '', `#${turn.conversation_id}`)
        await open(turn.conversation_id)
      }
      await talk.reach(turn.id)
    },
  })

  /** @param {FrameOut} frame */
  function hear(frame) {
    talk.hear(frame)
    if (frame.type === 'turn.created') touch(frame.turn.conversation_id)
    if (frame.type === 'typing') line.typingElsewhere()
    if (frame.type === 'emotion.preview') composer.showPreview(frame.emotion)
  }

  /** A conversation was written to. @param {string} id */
  function touch(id) {
    const known = conversations.find(id)
    if (known) conversations.putFirst(known)
    else void conversations.reload()
  }

  /** @param {string} id */
  function goTo(id) {
    window.location.hash = id
  }

  /** @param {string} id @param {{ isWaiting?: boolean }} [options] */
  async function open(id, options) {
    const opened = talk.open(id, options)
    settleOn(id)
    composer.openDraft(id)
    await opened
  }

  /** Address, list, title and actions follow the open conversation. @param {string} id */
  function settleOn(id) {
    if (window.location.hash !== `#${id}`) window.history.replaceState(null, '', `#${id}`)
    conversations.mark(id)
    showTitle()
  }

  function showTitle() {
    const id = talk.conversationId()
    const title = isDraft(id) ? 'New conversation' : (conversations.find(id)?.title ?? 'Conversation')
    byId('title', HTMLElement).textContent = title
    byId('conversation-actions', HTMLElement).hidden = isDraft(id)
    document.title = isDraft(id) ? 'EmotiBot' : `${title} · EmotiBot`
  }

  byId('new-conversation', HTMLButtonElement).onclick = () => {
    goTo(newDraftId(mintKey))
    sidebar.close()
    composer.focus()
  }
  wireConversationActions({
    api,
    conversations,
    openId: talk.conversationId,
    onRenamed: showTitle,
    onDeleted: () => goTo(conversations.newest()?.id ?? newDraftId(mintKey)),
    onProblem: showProblem,
  })
  byId('conversations', HTMLElement).addEventListener('click', () => sidebar.close())
  window.addEventListener('hashchange', () => void open(window.location.hash.slice(1) || newDraftId(mintKey)))
  window.addEventListener('online', () => {
    socket.hurry()
    courier.deliverAll()
  })
  window.addEventListener('storage', () => talk.show())
  document.addEventListener('visibilitychange', () => socket.hurry())

  /** The message box works from the first moment: until the list has come, what is said belongs to a draft. */
  async function start() {
    const address = window.location.hash.slice(1)
    const listed = conversations.reload()
    if (address !== '') void open(address)
    else await openNewest(listed)
    await listed
    showTitle()
    socket.start()
    courier.deliverAll()
  }

  /** @param {Promise<void>} listed */
  async function openNewest(listed) {
    const draftId = newDraftId(mintKey)
    void open(draftId, { isWaiting: true })
    await listed
    const isUntouched = composer.isEmpty() && outbox.of(draftId).length === 0
    const newest = conversations.newest()
    if (talk.conversationId() === draftId) void open(newest && isUntouched ? newest.id : draftId)
  }
  void start()

  return {
    composer,
    search,
    hasUnsent: () => outbox.all().length > 0,
    stop: () => socket.stop(),
    /** Nothing of a user who left stays on a device that others may use. */
    forget() {
      outbox.clear()
      for (const name of kept.names(`emotibot.draft.${user.user_id}.`)) kept.remove(name)
    },
  }
}
