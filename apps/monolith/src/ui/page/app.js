// @ts-check
// Where the page is put together.
import { createAccountView } from './account-view.js'
import { createAnnouncer } from './announcer.js'
import { createApi, messageOf, Problem } from './api.js'
import { startChat } from './chat.js'
import { ask, isField, wireDialogs } from './dialogs.js'
import { byId, faceUrl, make } from './dom.js'
import { describeEmotion, faceLabel } from './emotion.js'
import { startGuestChat } from './guest-chat.js'
import { createLineView } from './line-view.js'
import { createSessionView } from './session-view.js'
import { createSidebar } from './sidebar.js'
import { browserStorage, createKept } from './storage.js'

/** @import { Turn, User } from '@emotibot/contracts' */
/** @typedef {ReturnType<typeof createPage>} Page */

/** Who is signed in, as far as this device remembers; the cookie itself is out of a script's reach. */
const SIGNED_IN = 'emotibot.signed-in'
const UNSENT = {
  title: 'Log out with unsent messages?',
  text: 'Some of what you wrote is not sent yet. Logging out takes it off this device.',
  yes: 'Log out',
  isDanger: true,
}

const kept = createKept(browserStorage())
const announcer = createAnnouncer(byId('announcer', HTMLElement))
const api = createApi({ onSignInNeeded: signInAgain })
const session = createSessionView({ api, onUser, onGuest })
/** @type {ReturnType<typeof startChat> | null} */
let chat = null

function createPage() {
  return {
    api,
    kept,
    say: announcer.say,
    showMood,
    line: createLineView(),
    showProblem,
    sidebar: createSidebar(),
    socketUrl: `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/ws`,
    // Asking who we are renews a token past its hour; when the session is over it asks to sign in.
    onSignInNeeded: () => void api.checkSession(),
  }
}

/** @param {Turn | undefined} turn */
function showMood(turn) {
  const { look } = describeEmotion(turn?.detected_emotion ?? 'neutral', null)
  const face = byId('mood-face', SVGSVGElement)
  face.setAttribute('aria-label', faceLabel(look))
  face.querySelector('use')?.setAttribute('href', faceUrl(look))
  face.dataset['look'] = look
}

/** @param {unknown} thrown null: all is well again */
function showProblem(thrown) {
  const notice = byId('problem', HTMLElement)
  notice.hidden = thrown === null
  notice.textContent = thrown === null ? '' : messageOf(thrown)
}

/** @param {User} user */
function onUser(user) {
  const { user_id, username, email } = user
  kept.set(SIGNED_IN, JSON.stringify({ user_id, username, email }))
  // A page that was in use starts afresh: drafts and unsent messages are kept, and another user's are not shown.
  if (chat) window.location.reload()
  else enter({ user_id, username, email })
}

/** @param {Pick<User, 'user_id' | 'username' | 'email'>} user */
function enter(user) {
  showChat(`Signed in as ${user.username}`)
  chat = startChat(createPage(), user)
  createAccountView({ api, kept, user, onPreviewOff: chat.composer.hidePreview, onLeft: leave })
  byId('log-out', HTMLButtonElement).onclick = () => void logOut()
  const { search, composer } = chat
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || isField(event.target)) return
    event.preventDefault()
    search.focus()
  })
  composer.focus()
  void showStarters(composer.begin)
}

function onGuest() {
  document.body.classList.add('is-guest')
  showChat('You are a guest')
  byId('guest-notice', HTMLElement).hidden = false
  const { composer } = startGuestChat(createPage())
  createAccountView({ api, kept, user: null, onPreviewOff: composer.hidePreview, onLeft: leave })
  const button = byId('log-out', HTMLButtonElement)
  button.textContent = 'Sign in or register'
  button.onclick = () => window.location.reload()
  composer.focus()
  void showStarters(composer.begin)
}

/** @param {string} who */
function showChat(who) {
  session.hide()
  byId('chat', HTMLElement).hidden = false
  byId('who', HTMLElement).textContent = who
}

/** @param {(text: string) => void} begin */
async function showStarters(begin) {
  const { suggestions } = await api.suggestions().catch(() => ({ suggestions: [] }))
  const buttons = suggestions.map((text) => {
    const button = make('button', { className: 'button small', text, attributes: { type: 'button' } })
    button.onclick = () => begin(`${text.replace(/\.\.\.$/, '')} `.replace(/([.:]) $/, '$1 '))
    return make('li', {}, button)
  })
  byId('starters', HTMLElement).replaceChildren(...buttons)
}

async function logOut() {
  if (chat?.hasUnsent() && (await ask(UNSENT)) === null) return
  try {
    await api.logOut()
  } catch (thrown) {
    // Already over is over; anything else leaves the session alive, and the person must know.
    if (!(thrown instanceof Problem && thrown.status === 401)) return showProblem(thrown)
  }
  leave('')
}

/** @param {string} why shown on the page that follows */
function leave(why) {
  chat?.stop()
  chat?.forget()
  kept.remove(SIGNED_IN)
  kept.set('emotibot.left', why)
  window.location.replace('/')
}

function signInAgain() {
  chat?.stop()
  for (const dialog of document.querySelectorAll('dialog')) dialog.close()
  byId('chat', HTMLElement).hidden = true
  session.show('Please sign in again. What you wrote is kept.')
}

async function start() {
  wireDialogs()
  const why = kept.get('emotibot.left') ?? ''
  kept.remove('emotibot.left')
  const remembered = kept.get(SIGNED_IN)
  if (remembered === null) return session.show(why)
  try {
    onUser((await api.me()).user)
  } catch (thrown) {
    // Without an answer the page still shows what is unsent, and goes on when the line is back.
    if (thrown instanceof Problem && thrown.isPassing) enter(JSON.parse(remembered))
    else kept.remove(SIGNED_IN)
  }
}

void start()
