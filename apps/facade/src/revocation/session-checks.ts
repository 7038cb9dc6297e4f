// While the list may be out of date, the stores are asked, for every request: an answer is never used for a request
// that came after it was asked for, however fresh it is. The one thing shared is the question: requests with the same
// token that come while one is under way share the next.
import { setTimeout as delay } from 'node:timers/promises'
import { SESSION_PATH, SessionState } from '@emotibot/contracts'
import Value from 'typebox/value'
import type { Upstream } from '../upstreams/upstream.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import { UnjudgedError } from './errors.ts'
import { createFreshRuns } from './fresh-runs.ts'
import { verdictOf } from './verdict.ts'

export type SessionChecksOptions = {
  readonly upstreams: Pick<Upstreams, 'monolith' | 'services'>
  /** Told of a token whose session a store says has ended. */
  readonly onEnded: (token: string) => void
}

const ASK_LIMIT_MS = 1_000
/** In the middle of a flip nobody owns the partition. As long as users are kept waiting for one, mostly. */
const OWNERLESS_LIMIT_MS = 2_000
const ASK_AGAIN_MS = 40
/** Tokens asked about at once; more are turned away. */
const MOST_TOKENS = 1_000
/** What no verifier would take is not sent on. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/

type Verdict = 'live' | 'revoked'
type Answer = { readonly said: SessionState } | { readonly fault: Error }

export class SessionChecks {
  readonly #options: SessionChecksOptions
  readonly #runs = new Map<string, { readonly ask: () => Promise<Verdict>; waiting: number }>()

  constructor(options: SessionChecksOptions) {
    this.#options = options
  }

  /** Whether the session of a token goes on, by a question sent after this call. Rejects with an UnjudgedError. */
  async check(token: string): Promise<Verdict> {
    if (!TOKEN.test(token)) return 'revoked'
    const run = this.#runOf(token)
    run.waiting += 1
    try {
      return await run.ask()
    } finally {
      run.waiting -= 1
      if (run.waiting === 0) this.#runs.delete(token)
    }
  }

  #runOf(token: string) {
    const known = this.#runs.get(token)
    if (known) return known
    if (this.#runs.size >= MOST_TOKENS) throw new UnjudgedError('too many are being asked about')
    const run = { ask: createFreshRuns(() => this.#judge(token)), waiting: 0 }
    this.#runs.set(token, run)
    return run
  }

  async #judge(token: string): Promise<Verdict> {
    const deadline = performance.now() + OWNERLESS_LIMIT_MS
    for (;;) {
      const { verdict, answers } = await askAll(this.#sides(), token)
      if (statesIn(answers).some(({ state }) => state === 'ended')) this.#options.onEnded(token)
      if (verdict !== null) return verdict
      const failed = answers.find((answer) => 'fault' in answer)
      if (failed) throw new UnjudgedError('a side that may own it does not answer', { cause: failed.fault })
      if (performance.now() >= deadline) throw new UnjudgedError('no side owns it')
      await delay(ASK_AGAIN_MS)
    }
  }

  /** Both, whatever the last snapshot said: it may be as old as the list. */
  #sides(): Upstream[] {
    const { monolith, services } = this.#options.upstreams
    const auth = services.get('auth')
    return auth ? [monolith, auth] : [monolith]
  }
}

/** Asks every side at once, and waits for no more answers than it needs. */
async function askAll(
  sides: readonly Upstream[],
  token: string,
): Promise<{ verdict: Verdict | null; answers: readonly Answer[] }> {
  const answers: Answer[] = []
  const { promise: decided, resolve } = Promise.withResolvers<Verdict | null>()
  const all = sides.map(async (side) => {
    answers.push(await ask(side, token))
    const verdict = verdictOf(statesIn(answers))
    if (verdict !== null) resolve(verdict)
  })
  void Promise.all(all).then(() => resolve(null))
  return { verdict: await decided, answers }
}

const statesIn = (answers: readonly Answer[]): SessionState[] =>
  answers.flatMap((answer) => ('said' in answer ? [answer.said] : []))

async function ask({ name, pool }: Upstream, token: string): Promise<Answer> {
  try {
    const { statusCode, body } = await pool.request({
      path: SESSION_PATH,
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ASK_LIMIT_MS),
    })
    const value: unknown = await body.json()
    if (statusCode === 200 && Value.Check(SessionState, value)) return { said: value }
    return { fault: new Error(`${name} answered ${statusCode} at ${SESSION_PATH}`) }
  } catch (cause) {
    return { fault: new Error(`${name} could not be asked`, { cause }) }
  }
}
