import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** The line to a database: real bytes through it, until it is cut or frozen. */
export class Line {
  readonly #sockets = new Set<Socket>()
  readonly #target: URL
  #server: Server | null = null
  #port = 0
  #isFrozen = false

  constructor(target: string) {
    this.#target = new URL(target)
  }

  /** Where it begins; the same address each time it is opened. */
  async open(): Promise<string> {
    this.#server = createServer((inward) => this.#join(inward))
    await new Promise<void>((done) => this.#server?.listen(this.#port, '127.0.0.1', done))
    this.#port = (this.#server.address() as AddressInfo).port
    const url = new URL(this.#target)
    url.host = `127.0.0.1:${this.#port}`
    return url.href
  }

  cut(): void {
    this.#server?.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  freeze(isFrozen: boolean): void {
    this.#isFrozen = isFrozen
    for (const socket of this.#sockets) this.#apply(socket)
  }

  #apply(socket: Socket): void {
    if (this.#isFrozen) socket.pause()
    else socket.resume()
  }

  #join(inward: Socket): void {
    const outward = connect(Number(this.#target.port), this.#target.hostname)
    for (const [from, to] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.on('data', (bytes) => to.write(bytes))
      this.#apply(from)
    }
  }
}
