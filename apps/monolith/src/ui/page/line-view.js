// @ts-check
import { byId } from './dom.js'

/** @import { LineState } from './live-socket.js' */

const WORDS = {
  connecting: 'Connecting',
  live: '',
  waiting: 'Reconnecting. Your words are kept.',
  stopped: '',
}
const OFFLINE = 'You are offline. Your words are kept and sent when you are back.'
const ELSEWHERE = 'You are typing on another device.'
const ELSEWHERE_MS = 4_000

/** The state of the connection, in human words; nothing while all is well. */
export function createLineView() {
  const place = byId('connection', HTMLElement)
  /** @type {LineState} */
  let state = 'stopped'
  let timer = 0

  function show() {
    clearTimeout(timer)
    place.textContent = navigator.onLine ? WORDS[state] : OFFLINE
    place.dataset['state'] = state
  }
  window.addEventListener('online', show)
  window.addEventListener('offline', show)

  return {
    /** @param {LineState} next */
    become(next) {
      state = next
      show()
    },
    /** Another of this user's pages is being typed in. */
    typingElsewhere() {
      place.textContent = ELSEWHERE
      clearTimeout(timer)
      timer = window.setTimeout(show, ELSEWHERE_MS)
    },
  }
}
