import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A wire to a server that can be cut and mended: to those behind it, the server died and came back. */
export class Gate {
  readonly port: number
  readonly #server: Server
  readonly #ends = new Set<Socket>()

  constructor(server: Server, target: URL) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (near) => {
      const far = connect(Number(target.port), target.hostname)
      for (const end of [near, far]) {
        this.#ends.add(end)
        end.on('error', () => undefined)
        end.once('close', () => {
          this.#ends.delete(end)
          near.destroy()
          far.destroy()
        })
      }
      near.pipe(far).pipe(near)
    })
  }

  async cut(): Promise<void> {
    this.#server.close()
    for (const end of this.#ends) end.resetAndDestroy()
    await once(this.#server, 'close')
  }

  async mend(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
  }
}

/** A gate in front of a URL; `url` is the same URL through it. */
export async function openGate(url: string): Promise<{ gate: Gate; url: string }> {
  const target = new URL(url)
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const gate = new Gate(server, target)
  onTestFinished(async () => {
    if (server.listening) await gate.cut()
  })
  const through = new URL(url)
  through.host = `127.0.0.1:${gate.port}`
  return { gate, url: through.href }
}
