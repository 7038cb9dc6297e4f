// @ts-check
import { messageOf } from './api.js'
import { isPreviewOn, switchPreview } from './composer.js'
import { ask } from './dialogs.js'
import { byId } from './dom.js'
import { wireForm } from './session-view.js'
import { setTheme, theme } from './theme.js'

/** @import { User } from '@emotibot/contracts' */
/** @import { Api } from './api.js' */
/** @import { Kept } from './storage.js' */

/**
 * Account and settings. `onLeft` runs once the session is over.
 * @param {{ api: Api, kept: Kept, user: Pick<User, 'username' | 'email'> | null, onPreviewOff: () => void, onLeft: (why: string) => void }} options
 */
export function createAccountView({ api, kept, user, onPreviewOff, onLeft }) {
  const dialog = byId('account', HTMLDialogElement)
  const problem = byId('account-problem', HTMLElement)
  const previewSwitch = byId('preview-switch', HTMLInputElement)
  const passwordForm = byId('change-password', HTMLFormElement)

  byId('account-name', HTMLElement).textContent = user
    ? `${user.username} · ${user.email}`
    : 'You are a guest: nothing is kept.'
  byId('account-owned', HTMLElement).hidden = user === null
  previewSwitch.checked = isPreviewOn(kept)
  previewSwitch.onchange = () => {
    switchPreview(kept, previewSwitch.checked)
    if (!previewSwitch.checked) onPreviewOff()
  }
  for (const choice of byId('themes', HTMLElement).querySelectorAll('input')) {
    choice.checked = choice.value === theme()
    choice.onchange = () => setTheme(choice.value)
  }
  dialog.addEventListener('close', () => {
    problem.textContent = ''
    passwordForm.reset()
  })
  if (user) passwordForm.querySelector('input')?.setAttribute('value', user.username)
  wireForm(passwordForm, async ({ current_password = '', new_password = '' }) => {
    await api.changePassword({ current_password, new_password })
    passwordForm.reset()
    problem.textContent = 'Your password is changed. Other devices have to sign in again.'
  })

  /** @param {() => Promise<unknown>} work @param {string} why */
  async function leave(work, why) {
    try {
      await work()
      onLeft(why)
    } catch (thrown) {
      problem.textContent = messageOf(thrown)
    }
  }

  byId('log-out-everywhere', HTMLButtonElement).onclick = async () => {
    const answer = await ask({
      title: 'Log out everywhere?',
      text: 'Every device has to sign in again, this one too.',
      yes: 'Log out everywhere',
    })
    if (answer !== null) await leave(api.logOutEverywhere, 'You are logged out everywhere.')
  }
  byId('delete-account', HTMLButtonElement).onclick = async () => {
    const answer = await ask({
      title: 'Delete your account?',
      text: 'Everything you wrote is deleted with it. This cannot be undone; you may want to export it first.',
      yes: 'Delete my account',
      isDanger: true,
    })
    if (answer !== null) await leave(api.deleteAccount, 'Your account and everything you wrote are deleted.')
  }
}
