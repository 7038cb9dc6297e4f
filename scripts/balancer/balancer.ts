// Several processes of one app behind the app's one address.
//
//   facade ──► 127.0.0.1:PORT ──► the process with the fewest requests under way
//
// It knows where a request ends, which a balancer of connections does not: so a process can be taken out between two
// requests of a connection that is kept open, and nobody sees a connection break.
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { passOn } from './pass-on.ts'

/** One process behind the address. */
export type Target = { readonly port: number; readonly agent: Agent; underWay: number; isDraining: boolean }

const KEEP_ALIVE_MS = 65_000
const LOOK_EVERY_MS = 10
/** A request that takes longer is broken off, as in an app that is stopped. */
const DRAIN_WITHIN_MS = 10_000

/** Listens while there is somebody to send requests to, so that an app without a process refuses connections. */
export class Balancer {
  readonly #port: number
  readonly #targets = new Set<Target>()
  #server: Server | undefined

  constructor(port: number) {
    this.#port = port
  }

  /** From now on it gets requests. Rejects when the address is somebody else's. */
  async add(port: number): Promise<Target> {
    const target = { port, agent: new Agent({ keepAlive: true }), underWay: 0, isDraining: false }
    this.#targets.add(target)
    try {
      await this.#listen()
      return target
    } catch (error) {
      this.remove(target)
      throw error
    }
  }

  /** No new request goes there; resolves when those under way have ended, or have had their time. */
  async drain(target: Target): Promise<void> {
    target.isDraining = true
    const untilMs = performance.now() + DRAIN_WITHIN_MS
    while (target.underWay > 0 && performance.now() < untilMs) await delay(LOOK_EVERY_MS)
    this.remove(target)
  }

  /** At once: its process is gone. */
  remove(target: Target): void {
    this.#targets.delete(target)
    target.agent.destroy()
    if (this.#targets.size > 0) return
    this.#server?.close()
    this.#server?.closeAllConnections()
    this.#server = undefined
  }

  async #listen(): Promise<void> {
    if (this.#server) return
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 })
    server.on('request', (request, response) => this.#handle(request, response))
    this.#server = server
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
  }

  #handle(request: IncomingMessage, response: ServerResponse, tried: readonly Target[] = []): void {
    const target = this.#choose(tried)
    if (!target || response.destroyed) return void response.destroy()
    target.underWay += 1
    const ended = passOn(request, response, target)
    void ended.then((outcome) => {
      target.underWay -= 1
      // Nobody has read anything of it yet.
      if (outcome === 'unreached') this.#handle(request, response, [...tried, target])
    })
  }

  #choose(tried: readonly Target[]): Target | undefined {
    const able = [...this.#targets].filter((target) => !target.isDraining && !tried.includes(target))
    return able.toSorted((a, b) => a.underWay - b.underWay)[0]
  }
}
