import { eventId, type FrameOut, SESSION_COOKIE, type TokenClaims, type Turn } from '@emotibot/contracts'
import { ApiError, createServer } from '@emotibot/service-kit'
import { type ClientOptions, WebSocket } from 'ws'
import { analyze } from '../emotion/analyze.ts'
import { createLiveHub, type LocalHub } from './live-hub.ts'
import { mountRealtime, type RealtimeDeps } from './routes.ts'

export type TestRealtime = {
  readonly hub: LocalHub
  /** Sessions whose tokens are good; `token` is `<user>~<session>`. */
  readonly endedSessions: Set<string>
  open(options?: OpenOptions): Promise<TestPage>
  close(): Promise<void>
}
type OpenOptions = {
  token?: string
  via?: 'cookie' | 'bearer'
  origin?: string | null
  client?: ClientOptions
}

/** A real server on a free port; tokens are `<user>~<session>`, good for an hour unless `lifetimeMs` says else. */
export async function startRealtime(
  own: Partial<RealtimeDeps> & { lifetimeMs?: number } = {},
): Promise<TestRealtime> {
  const { lifetimeMs = 3_600_000, ...deps } = own
  const endedSessions = new Set<string>()
  const hub = createLiveHub()
  const verify = async (token: string) => {
    const claims = claimsOf(token, lifetimeMs)
    if (!claims || endedSessions.has(claims.sid)) throw new ApiError('UNAUTHENTICATED', 'Sign in again.')
    return claims
  }
  const server = createServer({ name: 'realtime-test', logLevel: 'silent' })
  await mountRealtime(server, {
    hub,
    verify,
    analyze,
    changedTurnsSince: () => ({ kind: 'resync' }),
    ...deps,
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    hub,
    endedSessions,
    open: (options = {}) => openPage(url, options),
    close: () => server.close(),
  }
}

function claimsOf(token: string, lifetimeMs: number): TokenClaims | null {
  const [username, sid] = token.split('~')
  if (!username || !sid) return null
  const nowSeconds = Date.now() / 1_000
  return {
    sub: `id-of-${username}`,
    username,
    email: `${username}@example.org`,
    sid,
    iat: nowSeconds,
    exp: nowSeconds + lifetimeMs / 1_000,
  }
}

/** A page's end of a socket: frames are kept as they come. */
export type TestPage = {
  readonly socket: WebSocket
  readonly frames: FrameOut[]
  readonly closed: Promise<number>
  send(frame: unknown): void
  /** The first frame of this type from now or already here; it is taken out. */
  next<T extends FrameOut['type']>(type: T): Promise<Extract<FrameOut, { type: T }>>
}

/** A socket of a page, at this server or another: `token` is then one of its own. */
export async function openPage(
  url: string,
  { token, via = 'cookie', origin, client }: OpenOptions,
): Promise<TestPage> {
  const headers = {
    ...(token && via === 'cookie' ? { cookie: `${SESSION_COOKIE}=${token}` } : {}),
    ...(token && via === 'bearer' ? { authorization: `Bearer ${token}` } : {}),
    ...(origin === null ? {} : { origin: origin ?? url }),
  }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers, ...client })
  const page = readPage(socket)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return page
}

function readPage(socket: WebSocket): TestPage {
  const frames: FrameOut[] = []
  const arrivals = new EventTarget()
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as FrameOut)
    arrivals.dispatchEvent(new Event('frame'))
  })
  socket.on('error', () => {})
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const isOfType =
    <T extends FrameOut['type']>(type: T) =>
    (frame: FrameOut): frame is Extract<FrameOut, { type: T }> =>
      frame.type === type
  return {
    socket,
    frames,
    closed,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async next(type) {
      for (;;) {
        const found = frames.find(isOfType(type))
        if (found) {
          frames.splice(frames.indexOf(found), 1)
          return found
        }
        await new Promise((resolve) => arrivals.addEventListener('frame', resolve, { once: true }))
      }
    },
  }
}

/** Both have had all that was sent to them so far once this comes back. */
export async function settle(...pages: TestPage[]): Promise<void> {
  for (const page of pages) {
    page.send({ type: 'preview', text: 'marker' })
    await page.next('emotion.preview')
  }
}

export const turn: Turn = {
  id: 'turn-1',
  conversation_id: 'conversation-1',
  user_message: 'hello',
  bot_message: null,
  reply_status: 'pending',
  detected_emotion: 'neutral',
  confidence: 1,
  polarity: 0,
  subjectivity: 0,
  timestamp: '2024-05-01T18:22:41.123Z',
}
export const created = { type: 'turn.created', event_id: eventId(turn.id, 1), turn } as const
