// @ts-check

/** @import { Analysis, Conversation, Turn, User } from '@emotibot/contracts' */

/** @typedef {{ turns: Turn[], next_before: string | null }} TurnsPage */
/** @typedef {{ conversations: Conversation[], next_before: string | null }} ConversationsPage */
/** @typedef {{ bot_message: string, emotion: string, confidence: number, polarity: number, subjectivity: number }} GuestReply */

const ME = '/api/auth/me'
const TIMEOUT_MS = 30_000
const OFFLINE_MESSAGE = 'EmotiBot cannot be reached right now. Please check your connection and try again.'

/** Why a call failed, in words for people. `status` 0: there was no answer at all. */
export class Problem extends Error {
  /** @param {{ status: number, code: string, message: string, retryAfterMs?: number | null, cause?: unknown }} what */
  constructor({ status, code, message, retryAfterMs = null, cause }) {
    super(message, { cause })
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }

  /** Whether asking again may help. The server's "no" to what was asked is final; its trouble is not. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
  }
}

/**
 * The routes of the contract that the page uses.
 * @param {{ send?: typeof fetch, onSignInNeeded?: () => void }} [options]
 */
export function createApi({ send = (...args) => fetch(...args), onSignInNeeded = () => {} } = {}) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {{ body?: unknown, headers?: Record<string, string>, isSignIn?: boolean }} [options]
   * @returns {Promise<any>}
   */
  async function call(method, path, { body, headers = {}, isSignIn = false } = {}) {
    const answer = await send(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause) => {
      throw new Problem({ status: 0, code: 'OFFLINE', message: OFFLINE_MESSAGE, cause })
    })
    if (answer.ok) return answer.status === 204 ? null : await answer.json()
    const problem = await problemOf(answer)
    if (problem.status !== 401 || isSignIn) throw problem
    if (!(method === 'GET' && path === ME) && (await isRenewed()))
      return call(method, path, { body, headers, isSignIn: true })
    onSignInNeeded()
    throw problem
  }

  /** Whether the session goes on: a token past its hour is renewed by asking who we are. */
  async function isRenewed() {
    return send(ME, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
      (answer) => answer.ok,
      () => false,
    )
  }

  /** Whether the page ended its session itself; settles when a call that does so is answered. */
  let hasLeft = Promise.resolve(false)

  /** @param {Promise<null>} call */
  function leaving(call) {
    hasLeft = call.then(
      () => true,
      () => false,
    )
    return call
  }

  const at = /** @param {string} id */ (id) => `/api/conversations/${encodeURIComponent(id)}`

  return {
    /** @returns {Promise<{ user: User }>} */
    me: () => call('GET', ME),
    /** The line was told that the session is over: finds out, unless that is what this page has just asked for. */
    async checkSession() {
      if (!(await hasLeft)) await call('GET', ME).catch(() => undefined)
    },
    /** @param {{ username: string, password: string }} body @returns {Promise<{ user: User }>} */
    signIn: (body) => call('POST', '/api/auth/login', { body, isSignIn: true }),
    /** @param {{ username: string, email: string, password: string }} body */
    register: (body) => call('POST', '/api/auth/register', { body, isSignIn: true }),
    logOut: () => leaving(call('POST', '/api/auth/logout', { isSignIn: true })),
    logOutEverywhere: () => leaving(call('POST', '/api/auth/logout-all')),
    /** A wrong password is a 401 that asks nobody to sign in again. @param {{ current_password: string, new_password: string }} body */
    changePassword: (body) => call('PUT', '/api/auth/password', { body, isSignIn: true }),
    deleteAccount: () => leaving(call('DELETE', ME)),

    /** @param {string | null} before @returns {Promise<ConversationsPage>} */
    conversations: (before) => call('GET', `/api/conversations${query({ before })}`),
    /** @param {string} title @param {string} key @returns {Promise<{ conversation: Conversation }>} */
    createConversation: (title, key) =>
      call('POST', '/api/conversations', { body: { title }, headers: { 'idempotency-key': key } }),
    /** @param {string} id @param {string} title @returns {Promise<{ conversation: Conversation }>} */
    renameConversation: (id, title) => call('PATCH', at(id), { body: { title } }),
    /** @param {string} id */
    deleteConversation: (id) => call('DELETE', at(id)),
    /** @param {string} id @param {string | null} before @returns {Promise<TurnsPage>} */
    history: (id, before) => call('GET', `${at(id)}/turns${query({ before })}`),
    /** @param {string} q @param {string | null} before @returns {Promise<TurnsPage>} */
    search: (q, before) => call('GET', `/api/conversations/search${query({ q, before })}`),
    /** The reply is not waited for: it streams in. @param {{ conversationId: string, text: string, key: string }} what @returns {Promise<{ turn: Turn }>} */
    sendTurn: ({ conversationId, text, key }) =>
      call('POST', `${at(conversationId)}/turns`, {
        body: { text },
        headers: { 'idempotency-key': key, prefer: 'respond-async' },
      }),
    /** @param {string} text @returns {Promise<Analysis>} */
    analyze: (text) => call('POST', '/api/emotion/analyze', { body: { text } }),
    /** @param {string} text @returns {Promise<GuestReply>} */
    guestReply: (text) => call('POST', '/api/ai/reply', { body: { text } }),
    /** @returns {Promise<{ suggestions: string[] }>} */
    suggestions: () => call('GET', '/api/ai/suggestions'),
  }
}
/** @typedef {ReturnType<typeof createApi>} Api */

/** @param {Record<string, string | null>} values */
function query(values) {
  const given = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** @param {Response} answer */
async function problemOf(answer) {
  const body = await answer.json().catch(() => ({}))
  const seconds = Number(answer.headers.get('retry-after'))
  return new Problem({
    status: answer.status,
    code: String(body.code ?? 'UNKNOWN'),
    message: String(
      body.message ?? body.error ?? `EmotiBot answered with ${answer.status}. Please try again.`,
    ),
    retryAfterMs: seconds > 0 ? seconds * 1_000 : null,
  })
}

/** @param {unknown} thrown */
export function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
