// @ts-check
import { messageOf } from './api.js'
import { byId } from './dom.js'

/** @import { User } from '@emotibot/contracts' */
/** @import { Api } from './api.js' */

/**
 * Runs a form's work once at a time; what goes wrong is said beside the form, and the focus stays where it was.
 * @param {HTMLFormElement} form
 * @param {(values: Record<string, string>) => Promise<void>} work
 */
export function wireForm(form, work) {
  const button = form.querySelector('button[type=submit]')
  const problem = form.querySelector('.form-problem')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (form.getAttribute('aria-busy') === 'true' || !problem || !button) return
    problem.textContent = ''
    const lacking = firstLacking(form)
    if (lacking) {
      problem.textContent = lacking.message
      lacking.field.focus()
      return
    }
    form.setAttribute('aria-busy', 'true')
    try {
      await work(valuesOf(form))
    } catch (thrown) {
      problem.textContent = messageOf(thrown)
    } finally {
      form.setAttribute('aria-busy', 'false')
    }
  })
}

/** @param {HTMLFormElement} form */
function firstLacking(form) {
  const field = [...form.querySelectorAll('input')].find((input) => !input.checkValidity())
  if (!field) return null
  const name = field.closest('label')?.textContent?.trim() ?? field.name
  return { field, message: field.value === '' ? `Please fill in: ${name}.` : `Please check: ${name}.` }
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
function valuesOf(form) {
  return Object.fromEntries([...form.querySelectorAll('input')].map(({ name, value }) => [name, value]))
}

/**
 * Sign in, register, or go on as a guest.
 * @param {{ api: Pick<Api, 'signIn' | 'register'>, onUser: (user: User) => void, onGuest: () => void }} options
 */
export function createSessionView({ api, onUser, onGuest }) {
  const place = byId('session', HTMLElement)
  const notice = byId('session-notice', HTMLElement)
  const forms = [byId('sign-in', HTMLFormElement), byId('register', HTMLFormElement)]

  wireForm(byId('sign-in', HTMLFormElement), async ({ username = '', password = '' }) => {
    const { user } = await api.signIn({ username: username.trim(), password })
    onUser(user)
  })
  wireForm(byId('register', HTMLFormElement), async ({ username = '', email = '', password = '' }) => {
    await api.register({ username: username.trim(), email: email.trim(), password })
    const { user } = await api.signIn({ username: username.trim(), password })
    onUser(user)
  })
  byId('guest', HTMLButtonElement).onclick = onGuest
  for (const button of place.querySelectorAll('[data-show]')) {
    button.addEventListener('click', () => choose(button.getAttribute('data-show') ?? ''))
  }

  /** @param {string} id */
  function choose(id) {
    for (const form of forms) form.hidden = form.id !== id
    byId(id, HTMLFormElement).querySelector('input')?.focus()
  }

  return {
    /** @param {string} [why] */
    show(why = '') {
      place.hidden = false
      notice.textContent = why
      notice.hidden = why === ''
      byId('sign-in', HTMLFormElement).querySelector('input')?.focus()
    },
    hide() {
      place.hidden = true
      for (const form of forms) form.reset()
    },
  }
}
