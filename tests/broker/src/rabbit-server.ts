// A RabbitMQ of our own, so that it can be killed: private ports, node name and data; no epmd, which would outlive it.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@emotibot/db'

export type RabbitServer = {
  readonly url: string
  /**
   * Whether a queue is in the file that names the quorum queues. Before that, which takes seconds, RabbitMQ 3 comes back
   * from a kill with a queue that never finds a leader.
   */
  hasWritten(queue: string): boolean
  /** As a power cut does it: no process of it is told. */
  kill(): Promise<void>
  /** The same node on the same data. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  remove(): Promise<void>
}

const UP_WITHIN_MS = 90_000
/** Debian's program in the path changes to another account and to the machine's own node; this is what it calls. */
const DEBIAN = '/usr/lib/rabbitmq/bin/rabbitmq-server'

export async function startRabbitServer(): Promise<RabbitServer> {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-rabbit-'))
  const [port, distPort] = [await freePort(0), await freePort(0)]
  writeFileSync(join(folder, 'rabbitmq.conf'), `listeners.tcp.1 = 127.0.0.1:${port}\nlog.console = true\n`)
  let server: ChildProcess | null = null

  const kill = async (): Promise<void> => {
    if (!server?.pid) return
    const ended =
      (server.exitCode ?? server.signalCode) ? null : new Promise((resolve) => server?.once('exit', resolve))
    process.kill(-server.pid, 'SIGKILL')
    await ended
    server = null
  }
  const start = async (): Promise<void> => {
    server = spawnServer(folder, port, distPort)
    await untilListening(folder, port, server)
  }
  await start()
  return {
    url: `amqp://127.0.0.1:${port}`,
    hasWritten: (queue) => isNamed(folder, queue),
    start,
    kill,
    remove: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function isNamed(folder: string, queue: string): boolean {
  const data = join(folder, 'data')
  const files = readdirSync(data, { recursive: true, encoding: 'utf8' })
  const names = files.filter((each) => each.endsWith('names.dets')).map((each) => join(data, each))
  // Other queues' names go on with a dot.
  return names.some((file) =>
    readFileSync(file, 'latin1')
      .split(`%2F_${queue}`)
      .slice(1)
      .some((rest) => !rest.startsWith('.')),
  )
}

function spawnServer(folder: string, port: number, distPort: number): ChildProcess {
  const log = openSync(join(folder, 'server.log'), 'a')
  const program = existsSync(DEBIAN) ? DEBIAN : 'rabbitmq-server'
  const path = [process.env['PATH'], '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'].join(':')
  return spawn(program, [], {
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: path,
      HOME: folder,
      RABBITMQ_NODENAME: `emotibot-${port}@localhost`,
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distPort),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
      RABBITMQ_CONF_ENV_FILE: join(folder, 'no-env'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-start_epmd false -erl_epmd_port ${distPort}`,
    },
  })
}

/** It listens last of all. */
async function untilListening(folder: string, port: number, server: ChildProcess): Promise<void> {
  const deadline = performance.now() + UP_WITHIN_MS
  while (!(await isListening(port))) {
    if (server.exitCode !== null || performance.now() > deadline)
      throw new Error(
        `RabbitMQ did not start: ${readFileSync(join(folder, 'server.log'), 'utf8').slice(-2_000)}`,
      )
    await delay(100)
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
