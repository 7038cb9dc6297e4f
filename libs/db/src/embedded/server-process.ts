import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { startFailedError } from '../errors.ts'
import { type Cluster, serverProcessOptions } from './cluster.ts'
import { freePort } from './free-port.ts'
import { isReady, stopServer } from './left-over-server.ts'
import type { Account } from './server-account.ts'
import { waitUntil } from './wait-until.ts'
import { type Watchdog, watchOver } from './watchdog.ts'

export type ServerSpec = {
  cluster: Cluster
  postgres: string
  account: Account | undefined
  /** Wished for; a busy one steps aside. */
  port: number
  settings: Readonly<Record<string, string>>
  log: (line: string) => void
}

const START_WITHIN_MS = 30_000

/**
 * Starts the server and waits until it accepts connections. Tries again when another program took the
 * port in between, and while processes of a killed server still hold on to the cluster.
 */
export async function startServer(spec: ServerSpec): Promise<ServerProcess> {
  const deadline = Date.now() + START_WITHIN_MS
  for (;;) {
    const server = new ServerProcess(spec, await freePort(spec.port))
    if (await server.waitForReady(deadline)) return server
    await server.stop()
    const mayPass = /could not create any TCP\/IP sockets|pre-existing shared memory/.test(server.output)
    if (!mayPass || Date.now() > deadline) throw startFailedError(spec.cluster.folder, server.output)
  }
}

/** One running `postgres`. Ends with us: see the watchdog. */
export class ServerProcess {
  readonly port: number
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<void>
  /** The last of what it printed, for error messages. */
  output = ''
  readonly #child: ChildProcess
  readonly #data: string
  readonly #watchdog: Watchdog | undefined

  constructor(spec: ServerSpec, port: number) {
    this.port = port
    this.#data = spec.cluster.data
    this.#child = spawn(spec.postgres, serverArguments(spec, port), {
      ...serverProcessOptions(spec.cluster.data, spec.account),
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl-C at a terminal reaches a whole process group; the server must outlive its clients.
      detached: true,
    })
    this.exited = once(this.#child, 'exit').then(
      () => undefined,
      (error: Error) => this.#keep(error.message),
    )
    this.#readOutput(spec.log)
    this.#watchdog = this.#child.pid ? watchOver(this.#child.pid, spec.account) : undefined
    void this.exited.then(() => this.#watchdog?.dismiss())
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async waitForReady(deadline: number): Promise<boolean> {
    await waitUntil(() => this.#hasEnded() || isReady(this.#data), deadline - Date.now())
    return !this.#hasEnded() && isReady(this.#data)
  }

  async stop(): Promise<void> {
    if (this.pid > 0) await stopServer(this.pid, this.#data, () => this.#hasEnded())
    await this.exited
  }

  #hasEnded(): boolean {
    return this.pid === 0 || this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  #readOutput(log: (line: string) => void): void {
    if (!this.#child.stderr) return
    createInterface({ input: this.#child.stderr }).on('line', (line) => {
      this.#keep(line)
      log(line)
    })
  }

  #keep(line: string): void {
    this.output = `${this.output}${line}\n`.slice(-2_000)
  }
}

function serverArguments(spec: ServerSpec, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // TCP with a password is the only way in.
    unix_socket_directories: '',
    shared_buffers: '32MB',
    ...spec.settings,
  }
  return [
    '-D',
    spec.cluster.data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}
