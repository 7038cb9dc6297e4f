import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection that sends exactly the bytes a test says: what no well-behaved client would. */
export class RawConnection {
  readonly socket: Socket
  #received = ''
  #isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text) => {
      this.#received += text
    })
    socket.on('error', () => undefined)
    socket.once('close', () => {
      this.#isClosed = true
    })
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  get received(): string {
    return this.#received
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }

  async closed(): Promise<string> {
    if (!this.#isClosed) await once(this.socket, 'close')
    return this.#received
  }
}

/** Sends one request, whole, and answers everything that came until the connection closed. */
export async function exchangeRaw(url: string, text: string): Promise<string> {
  const connection = await RawConnection.open(url)
  connection.send(text)
  return await connection.closed()
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
export const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4)
