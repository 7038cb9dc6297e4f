import { CLOSE, type FrameOut } from '@emotibot/contracts'
import type { WebSocket } from 'ws'
import type { SocketLimits } from './limits.ts'

/** A browser's socket with its bounds: a reader that is too slow, dead or told to go never holds anything up. */
export class LiveSocket {
  readonly #socket: WebSocket
  readonly #limits: SocketLimits
  readonly #heartbeat: NodeJS.Timeout
  #isAlive = true
  #isLeaving = false

  constructor(socket: WebSocket, limits: SocketLimits) {
    this.#socket = socket
    this.#limits = limits
    this.#heartbeat = setInterval(() => this.#beat(), limits.heartbeatMs)
    socket.on('pong', () => {
      this.#isAlive = true
    })
    socket.once('close', () => clearInterval(this.#heartbeat))
  }

  get isOpen(): boolean {
    return !this.#isLeaving && this.#socket.readyState === this.#socket.OPEN
  }

  send(frame: FrameOut): void {
    this.sendText(JSON.stringify(frame))
  }

  /** What cannot be sent is dropped: the page fetches it by `resume` when it is back. */
  sendText(frameText: string): void {
    if (!this.isOpen) return
    if (this.#socket.bufferedAmount > this.#limits.unreadBytes) this.close(CLOSE.tooSlow)
    else this.#socket.send(frameText, ignoreLateError)
  }

  /** Sends many, each once the one before has left this process, so that a long list is no slow reader. */
  async sendInTurn(frames: readonly FrameOut[]): Promise<void> {
    for (const frame of frames) {
      if (!this.isOpen) return
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#socket.send(JSON.stringify(frame), () => resolve())
      await promise
    }
  }

  close(code: number): void {
    if (this.#isLeaving) return
    this.#isLeaving = true
    closeWithin(this.#socket, code, this.#limits.closeGraceMs)
  }

  #beat(): void {
    if (!this.#isAlive) this.#socket.terminate()
    this.#isAlive = false
    if (this.isOpen) this.#socket.ping(ignoreLateError)
  }
}

/** Says why, and cuts a peer that does not answer in time. */
export function closeWithin(socket: WebSocket, code: number, graceMs: number): void {
  socket.close(code)
  const cut = setTimeout(() => socket.terminate(), graceMs)
  socket.once('close', () => clearTimeout(cut))
}

/** A socket that broke while we wrote tells so by its `close` event. */
function ignoreLateError(): void {}
