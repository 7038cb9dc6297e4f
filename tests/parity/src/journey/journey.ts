import { setImmediate as aTick } from 'node:timers/promises'
import {
  POSITION_COOKIE,
  POSITION_HEADER,
  pathOf,
  type RouteKey,
  routeOf,
  SESSION_COOKIE,
} from '@emotibot/contracts'
import { type LiveSocket, type RawAnswer, type SocketOptions, UpgradeRefusedError } from '@emotibot/testkit'
import type { Target } from '../targets/target.ts'
import { createSenders } from './create-senders.ts'
import type { Observation } from './observation.ts'
import { openSocket } from './open-socket.ts'

/** Somebody in a scenario; the name is the same on every side. */
export type Person = { username: string; email: string; password: string; token: string; userId: string }

export type CallInput = {
  /** Whose token goes along. */
  readonly as?: Person
  /** How it goes along: `cookie` sends a same-origin Origin too, as the page does. */
  readonly via?: 'bearer' | 'cookie'
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Sent as it is instead of `body`. */
  readonly raw?: Buffer | string
  readonly headers?: readonly (readonly [string, string])[]
  /** Says which call it is when one route is called many times. */
  readonly note?: string
}

/** What a scenario reads of an answer to go on with. */
export type Seen = { readonly status: number; readonly text: string; readonly json: unknown }

/** Walks a scenario against one target and keeps what it saw. Close it when done. */
export function createJourney(target: Target, prefix: string) {
  const observations: Observation[] = []
  const sockets: LiveSocket[] = []
  const senders = createSenders(target)
  let people = 0
  let position: string | null = null

  /** Calls a route of the contract; the answer is compared later, by the route's own parity rule. */
  async function call(route: RouteKey, input: CallInput = {}): Promise<Seen> {
    await target.between?.()
    const startedMs = Date.now()
    const sent = rawRequest(route, input, senders.urlOf(route))
    const carried = position === null ? [] : [[POSITION_HEADER, position] as const]
    const answer = await senders.send(route, { ...sent, headers: [...sent.headers, ...carried] })
    // As a program does: what it wrote it reads, whoever answers next.
    position = answer.headers.find(([name]) => name === POSITION_HEADER)?.[1] ?? position
    observations.push({ kind: 'answer', route, call: input.note ?? route, answer })
    // Lists are ordered by time, to the millisecond: two writes in one would stand in the order of their ids.
    while (Date.now() <= startedMs) await aTick()
    return seen(answer)
  }

  /** Registers somebody and signs them in. */
  async function person(name = 'nora', password = 'correct horse'): Promise<Person> {
    people += 1
    const username = `${name} ${prefix}-${people}`
    const email = `${prefix}-${people}@parity.example`
    await call('auth.register', { body: { username, email, password } })
    return signIn({ username, email, password, token: '', userId: '' })
  }

  async function signIn(somebody: Person): Promise<Person> {
    const { username, password } = somebody
    const answer = await call('auth.login', { body: { username, password } })
    return {
      ...somebody,
      token: textAt(answer.json, 'access_token'),
      userId: textAt(answer.json, 'user.user_id'),
    }
  }

  /** Opens a live socket; a refusal is an answer like any other. */
  async function socket(options: SocketOptions = {}): Promise<LiveSocket | null> {
    await target.between?.()
    try {
      const opened = await openSocket(target.url, withPosition(options, position))
      sockets.push(opened)
      return opened
    } catch (cause) {
      if (!(cause instanceof UpgradeRefusedError)) throw cause
      observations.push(refusedUpgrade(cause))
      return null
    }
  }

  return {
    prefix,
    observations,
    call,
    person,
    signIn,
    socket,
    /** Keeps what a socket got so far, and the code it was closed with, if it was. */
    keepFrames: (note: string, { frames }: LiveSocket, closeCode: number | null = null) =>
      void observations.push({
        kind: 'frames',
        route: 'realtime.socket',
        call: note,
        frames: [...frames],
        closeCode,
        isLate: target.hearsLate ?? false,
      }),
    /** What must be so on every side: a mismatch with "true" where it is not. */
    claim: (route: RouteKey, what: string, holds: boolean) =>
      void observations.push({ kind: 'claim', route, call: what, holds }),
    close: async () => {
      for (const opened of sockets) await opened.close()
      senders.close()
    },
  }
}
export type Journey = ReturnType<typeof createJourney>

function rawRequest(route: RouteKey, input: CallInput, url: string) {
  const { params = {}, query = {}, body, raw, headers = [] } = input
  const search = new URLSearchParams(query).toString()
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const type = content === undefined || has(headers, 'content-type') ? [] : [JSON_TYPE]
  return {
    method: routeOf(route).method,
    path: `${pathOf(route, params).replace('*', params['*'] ?? '*')}${search === '' ? '' : `?${search}`}`,
    headers: [...type, ...identityOf(input, url), ...headers],
    ...(content === undefined ? {} : { body: content }),
  }
}

const JSON_TYPE = ['content-type', 'application/json'] as const

function identityOf({ as, via = 'bearer' }: CallInput, url: string): (readonly [string, string])[] {
  if (!as) return []
  if (via === 'bearer') return [['authorization', `Bearer ${as.token}`]]
  return [
    ['cookie', `${SESSION_COOKIE}=${as.token}`],
    ['origin', new URL(url).origin],
  ]
}

/** As a page does, whose cookies say what it has seen. */
function withPosition(options: SocketOptions, position: string | null): SocketOptions {
  if (position === null) return options
  const cookies = [options.cookie, `${POSITION_COOKIE}=${position}`].filter((cookie) => cookie !== undefined)
  return { ...options, cookie: cookies.join('; ') }
}

function has(headers: readonly (readonly [string, string])[], name: string): boolean {
  return headers.some(([given]) => given.toLowerCase() === name)
}

function seen({ status, body }: RawAnswer): Seen {
  const text = body.toString('utf8')
  try {
    return { status, text, json: JSON.parse(text) as unknown }
  } catch {
    return { status, text, json: null }
  }
}

function refusedUpgrade({ status, body }: UpgradeRefusedError): Observation {
  const headers = [['content-type', 'application/json; charset=utf-8']] as const
  const answer: RawAnswer = { status, headers, body: Buffer.from(body) }
  return { kind: 'answer', route: 'realtime.socket', call: 'a refused upgrade', answer }
}

/** A text of an answer by its path (`turns.0.id`); empty where there is none, so that a broken side still walks on. */
export function textAt(json: unknown, path: string): string {
  const found = path.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null
      ? Object.entries(value).find(([name]) => name === key)?.[1]
      : undefined
  }, json)
  return typeof found === 'string' ? found : ''
}
