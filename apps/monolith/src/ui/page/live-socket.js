// @ts-check
/*
 *            open                ready
 *  connecting ───► (greeting) ─────────► live
 *      ▲  │ close                         │ close
 *      │  ▼                               ▼
 *      └─ waiting ◄───────────────────────┘      4001 also asks whether the session goes on
 */

/** @import { FrameIn, FrameOut } from '@emotibot/contracts' */
/** @import { SeenEvents } from './seen-events.js' */

/** @typedef {'connecting' | 'live' | 'waiting' | 'stopped'} LineState */

export const CLOSE = { signInAgain: 4001, reconnect: 4012 }
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 15_000

/**
 * How long to wait before attempt n (0 the first): doubling, bounded, and spread so that a crowd does not come back at once.
 * @param {number} attempt
 * @param {number} random from 0 to 1
 */
export function reconnectDelayMs(attempt, random) {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt)
  return longest * (0.5 + random / 2)
}

/**
 * Keeps one socket open. What was missed while it was not is asked for by `resume`; where that cannot be known,
 * `onGap` says so and the page loads its history again. `onSignInNeeded` finds out whether the session goes on, and
 * stops the socket if not; meanwhile it comes back as from any other close.
 * @param {{
 *   url: string,
 *   seen: SeenEvents,
 *   onFrame: (frame: FrameOut) => void,
 *   onState: (state: LineState) => void,
 *   onGap: () => void,
 *   onRefused: () => void,
 *   onSignInNeeded: () => void,
 * }} options
 */
export function createLiveSocket({ url, seen, onFrame, onState, onGap, onRefused, onSignInNeeded }) {
  /** @type {WebSocket | null} */
  let socket = null
  /** @type {LineState} */
  let state = 'stopped'
  let attempt = 0
  let timer = 0

  /** @param {LineState} next */
  function enter(next) {
    if (state === next) return
    state = next
    onState(next)
  }

  function connect() {
    clearTimeout(timer)
    enter('connecting')
    const line = new WebSocket(url)
    socket = line
    let wasGreeted = false
    line.onmessage = ({ data }) => {
      if (socket !== line) return
      const frame = /** @type {FrameOut} */ (JSON.parse(data))
      if (frame.type === 'ready') {
        wasGreeted = true
        greet()
      } else take(frame)
    }
    line.onclose = ({ code }) => {
      if (socket !== line) return
      if (!wasGreeted && code !== CLOSE.signInAgain) onRefused()
      lost(code)
    }
  }

  function greet() {
    attempt = 0
    enter('live')
    const ids = seen.ids()
    if (ids.length === 0) onGap()
    else send({ type: 'resume', seen: ids })
  }

  /** @param {FrameOut} frame */
  function take(frame) {
    if (frame.type === 'resync') onGap()
    else if (!('event_id' in frame) || seen.isNews(frame.event_id)) onFrame(frame)
  }

  const isStopped = () => state === 'stopped'

  /** @param {number} code */
  function lost(code) {
    socket = null
    if (isStopped()) return
    if (code === CLOSE.signInAgain) {
      onSignInNeeded()
      if (isStopped()) return
    }
    enter('waiting')
    const delayMs =
      code === CLOSE.reconnect ? Math.random() * FIRST_DELAY_MS : reconnectDelayMs(attempt++, Math.random())
    timer = window.setTimeout(connect, delayMs)
  }

  /** @param {FrameIn} frame @returns {boolean} whether it went out */
  function send(frame) {
    if (state !== 'live' || socket?.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(frame))
    return true
  }

  function stop() {
    clearTimeout(timer)
    const line = socket
    socket = null
    enter('stopped')
    line?.close()
  }

  return {
    start() {
      if (state === 'stopped') connect()
    },
    /** The line may be back: do not sit out the delay. */
    hurry() {
      if (state === 'waiting') connect()
    },
    stop,
    send,
    state: () => state,
  }
}
/** @typedef {ReturnType<typeof createLiveSocket>} LiveSocket */
