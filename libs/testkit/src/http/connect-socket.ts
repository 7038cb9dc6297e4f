import { once } from 'node:events'
import { type FrameIn, type FrameOut, pathOf } from '@emotibot/contracts'
import { type RawData, WebSocket } from 'ws'
import { until } from '../until.ts'

export type SocketOptions = {
  readonly cookie?: string
  readonly authorization?: string
  /** Same-origin unless given; null sends none. */
  readonly origin?: string | null
}

/** A page's live socket, as a test sees it. */
export type LiveSocket = {
  /** Every frame that has come, in order. */
  readonly frames: readonly FrameOut[]
  send(frame: FrameIn): void
  sendText(text: string | Buffer): void
  /** The first frame, come or to come, that fits. */
  until(what: string, fits: (frame: FrameOut) => boolean): Promise<FrameOut>
  /** Resolves with the code when the other end closes. */
  readonly closed: Promise<number>
  close(): Promise<void>
}

/** The upgrade was answered with something else. */
export class UpgradeRefusedError extends Error {
  readonly status: number
  readonly body: string

  constructor(status: number, body: string) {
    super(`The upgrade was answered ${status}: ${body.slice(0, 200)}`)
    this.name = 'UpgradeRefusedError'
    this.status = status
    this.body = body
  }
}

/** Opens the live socket of an EmotiBot and collects what comes. Throws UpgradeRefusedError when refused. */
export async function connectSocket(baseUrl: string, options: SocketOptions = {}): Promise<LiveSocket> {
  const socket = new WebSocket(new URL(pathOf('realtime.socket'), baseUrl.replace(/^http/, 'ws')), {
    headers: headersOf(baseUrl, options),
  })
  const frames: FrameOut[] = []
  socket.on('message', (data: RawData) => frames.push(JSON.parse(data.toString()) as FrameOut))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await opened(socket)
  return {
    frames,
    closed,
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendText: (text) => socket.send(text),
    until: (what, fits) => until(`a frame came: ${what}`, () => frames.find(fits)),
    close: async () => {
      socket.close()
      await closed
    },
  }
}

function headersOf(
  baseUrl: string,
  { cookie, authorization, origin }: SocketOptions,
): Record<string, string> {
  return {
    ...(origin === null ? {} : { origin: origin ?? new URL(baseUrl).origin }),
    ...(cookie ? { cookie } : {}),
    ...(authorization ? { authorization } : {}),
  }
}

async function opened(socket: WebSocket): Promise<void> {
  const refused = new Promise<never>((_, reject) => {
    socket.once('unexpected-response', (_request, answer) => {
      let body = ''
      answer.on('data', (bytes: Buffer) => {
        body += bytes.toString()
      })
      answer.once('end', () => reject(new UpgradeRefusedError(answer.statusCode ?? 0, body)))
    })
  })
  await Promise.race([once(socket, 'open'), refused])
}
