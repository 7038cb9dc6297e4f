import { setTimeout as delay } from 'node:timers/promises'
import { createClient, POSITION_HEADER, readUnverifiedClaims } from '@emotibot/contracts'
import { createUser, type TestUser } from '@emotibot/testkit'

/** What an answer said of a session. `maybe`: the answer that would say did not come. */
export type SessionState = 'live' | 'over' | 'maybe'

export type Writers = {
  /** Every session there ever was, by id. */
  readonly sessions: ReadonlyMap<string, SessionState>
  /** Answers that should not have been, or did not come in time, since the last call. */
  takeFaults(): string[]
  /** Requests that failed for now (5xx, broken connections) since the last call: why, and how many. */
  takeFailures(): Readonly<Record<string, number>>
  /** Resolves when every one of them has written something from now on. */
  untilEachHasWritten(): Promise<void>
  /** Nobody asks anything until `resume`; resolves when the last answer is there. */
  pause(): Promise<void>
  resume(): void
  stop(): Promise<void>
}

const WRITERS = 4
const REST_MS = 15
/** Longer than any wait that a flip may cause, and than what a facade gives an upstream. */
const ANSWER_WITHIN_MS = 15_000
const WRITE_WITHIN_MS = 30_000

type Note = {
  readonly sessions: Map<string, SessionState>
  faults: string[]
  failures: string[]
}

/** A few who sign in, look who they are, and sign out, over and over, at any of the front doors. */
export async function startWriters(urls: readonly string[]): Promise<Writers> {
  const note: Note = { sessions: new Map(), faults: [], failures: [] }
  const writes = Array.from({ length: WRITERS }, () => 0)
  let isOver = false
  let resumed = Promise.withResolvers<void>()
  resumed.resolve()
  let idle = 0
  let isPaused = false
  const users = await Promise.all(writes.map(() => createUser(urls[0] ?? '')))
  const working = users.map(async (user, at) => {
    for (let turn = at; !isOver; turn += 1) {
      if (isPaused) {
        idle += 1
        await resumed.promise
        idle -= 1
      }
      const url = urls[turn % urls.length] ?? ''
      if (await signInAndOut(url, user, note)) writes[at] = (writes[at] ?? 0) + 1
      await delay(REST_MS)
    }
  })
  return {
    sessions: note.sessions,
    takeFaults: () => note.faults.splice(0),
    takeFailures: () => countOf(note.failures.splice(0)),
    untilEachHasWritten: async () => {
      const before = [...writes]
      const deadlineMs = performance.now() + WRITE_WITHIN_MS
      // What was asked before may have been answered by then: two more are of now.
      while (!writes.every((count, at) => count >= (before[at] ?? 0) + 2)) {
        if (performance.now() > deadlineMs)
          throw new Error(
            `Somebody cannot write: ${JSON.stringify({ before, writes })} ${note.failures.at(-1)}`,
          )
        await delay(REST_MS)
      }
    },
    pause: async () => {
      resumed = Promise.withResolvers<void>()
      isPaused = true
      while (idle < WRITERS) await delay(REST_MS)
    },
    resume: () => {
      isPaused = false
      resumed.resolve()
    },
    stop: async () => {
      isOver = true
      await Promise.all(working)
    },
  }
}

function countOf(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1
  return counts
}

/** True when it was all answered with success. */
async function signInAndOut(url: string, user: TestUser, note: Note): Promise<boolean> {
  const { username, password } = user
  const signedIn = await ask(note, 'login', (signal) =>
    createClient({ baseUrl: url }).call('auth.login', { body: { username, password }, signal }),
  )
  if (!signedIn) return false
  if (!signedIn.ok) return fault(note, `login of ${username} answered ${signedIn.status}`)
  const { access_token: token } = signedIn.body
  const sid = readUnverifiedClaims(token)?.sid ?? ''
  note.sessions.set(sid, 'live')
  const position = signedIn.headers.get(POSITION_HEADER)
  const headers = { authorization: `Bearer ${token}`, ...(position ? { [POSITION_HEADER]: position } : {}) }
  const client = createClient({ baseUrl: url, headers: () => headers })
  const seen = await ask(note, 'me', (signal) => client.call('auth.me', { signal }))
  if (seen && seen.status !== 200) return fault(note, `me of a new session ${sid} answered ${seen.status}`)
  // Some stay: what is there must not go either.
  if (note.sessions.size % 7 === 0) return seen !== null
  const signedOut = await ask(note, 'logout', (signal) => client.call('auth.logout', { signal }))
  note.sessions.set(sid, signedOut?.ok ? 'over' : 'maybe')
  if (signedOut && !signedOut.ok) return fault(note, `logout of ${sid} answered ${signedOut.status}`)
  return seen !== null && signedOut !== null
}

/** Null, and noted, when there is no answer, or one that says to try again. */
async function ask<A extends { readonly status: number; readonly body: unknown }>(
  note: Note,
  what: string,
  call: (signal: AbortSignal) => Promise<A>,
): Promise<A | null> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  try {
    const answer = await call(signal)
    if (answer.status < 500) return answer
    note.failures.push(`${what}: ${answer.status} ${messageOf(answer.body)}`)
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.message} ${cause.cause ?? ''}` : String(cause)
    if (signal.aborted) fault(note, `${what} was not answered within ${ANSWER_WITHIN_MS} ms`)
    else note.failures.push(`${what}: ${why}`)
  }
  return null
}

function messageOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : String(body)
}

function fault({ faults }: Note, what: string): false {
  faults.push(what)
  return false
}
