// @ts-check
import { ask } from './dialogs.js'
import { byId } from './dom.js'

/** @import { Api } from './api.js' */
/** @import { ConversationsView } from './conversations-view.js' */

/**
 * What can be done to the open conversation, from its menu.
 * @param {{
 *   api: Pick<Api, 'renameConversation' | 'deleteConversation'>,
 *   conversations: ConversationsView,
 *   openId: () => string,
 *   onRenamed: () => void,
 *   onDeleted: () => void,
 *   onProblem: (thrown: unknown) => void,
 * }} options
 */
export function wireConversationActions({ api, conversations, openId, onRenamed, onDeleted, onProblem }) {
  const menu = byId('conversation-menu', HTMLElement)

  /** @param {string} buttonId @param {(id: string, title: string) => Promise<void>} act */
  function wire(buttonId, act) {
    byId(buttonId, HTMLButtonElement).onclick = () => {
      menu.hidePopover()
      const id = openId()
      act(id, conversations.find(id)?.title ?? '').catch(onProblem)
    }
  }

  wire('rename', async (id, title) => {
    const wanted = await ask({
      title: 'Rename this conversation',
      yes: 'Rename',
      field: { label: 'Title', value: title },
    })
    if (!wanted || wanted === title) return
    const { conversation } = await api.renameConversation(id, wanted)
    conversations.putFirst(conversation)
    onRenamed()
  })

  wire('delete', async (id, title) => {
    const answer = await ask({
      title: 'Delete this conversation?',
      text: `“${title}” and everything in it is deleted. This cannot be undone.`,
      yes: 'Delete',
      isDanger: true,
    })
    if (answer === null) return
    await api.deleteConversation(id)
    conversations.drop(id)
    onDeleted()
  })
}
