import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type CarveOutStatus, MOVER_PATHS, routeKeys } from '@emotibot/contracts'
import { openPostgres, type Sql } from '@emotibot/db'
import { type OpenFlip, readOpenFlips } from '@emotibot/flags'
import { onTestFinished } from 'vitest'
import { startSide } from './side.ts'
import { type Facade, type Stage, setStage } from './stage.ts'

type Feed = CarveOutStatus['feeds'][number]

export const routesOf = (domain: string) => routeKeys.filter((key) => key.startsWith(`${domain}.`))
export const SECRET = 'a secret of at least thirty-two characters'

export function feed(from: Feed['from'], to: Feed['to'], changed: Partial<Feed> = {}): Feed {
  const behind = { entries: 0, ms: 4 }
  return { from, to, state: 'running', reason: null, behind, set_aside: [], conflicts: 0, ...changed }
}

/** A domain that is copied and kept in step: auth, unless another is named. */
export const inStep = (domain = 'auth'): CarveOutStatus => ({
  domain,
  state: 'moving',
  reason: null,
  feeds: [feed('monolith', 'service'), feed('service', 'monolith')],
  backfill: [{ entity: 'users', done: 4, total: 4, is_finished: true }],
  is_backfilled: true,
  users: 4,
})
export const IN_STEP = inStep()

/** What a mover says over HTTP, and what it is told; what it does in the ledger a test does itself. */
export class MoverStandIn {
  carveOut = IN_STEP
  /** Of the domains that it knows beside that one. */
  others: CarveOutStatus[] = []
  /** What it answers to commands. */
  answer: { status: number; body: unknown } = { status: 202, body: {} }
  readonly commands: string[] = []
  readonly url: string
  readonly #server: ReturnType<typeof createServer>

  static async start(): Promise<MoverStandIn> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const standIn = new MoverStandIn(server)
    onTestFinished(() => standIn.kill())
    return standIn
  }

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      const isStatus = request.url === MOVER_PATHS.status
      if (!isStatus) this.commands.push(request.url ?? '')
      const said = { carve_outs: [this.carveOut, ...this.others] }
      const { status, body } = isStatus ? { status: 200, body: said } : this.answer
      response.writeHead(status).end(JSON.stringify(body))
    })
  }

  kill(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

export type DataStage = Stage & {
  readonly facade: Facade
  readonly mover: MoverStandIn
  readonly sql: Sql
  /** Resolves with the flip that was ordered, once there is one. */
  ordered(): Promise<OpenFlip>
}

/** A facade whose domains may be moved: their services are ready, and its mover says of auth that all is well. */
export async function setDataStage(env: Record<string, string> = {}): Promise<DataStage> {
  const [stage, mover, auth, conversation] = await Promise.all([
    setStage(),
    MoverStandIn.start(),
    startSide('auth', routesOf('auth')),
    startSide('conversation', routesOf('conversation')),
  ])
  onTestFinished(async () => {
    await Promise.all([auth.kill(), conversation.kill()])
  })
  stage.emotion.routes = routesOf('emotion')
  const facade = await stage.startFacade({
    EMOTIBOT_MOVER_URL: mover.url,
    EMOTIBOT_AUTH_URL: auth.url,
    EMOTIBOT_CONVERSATION_URL: conversation.url,
    LEGACY_JWT_SECRET: SECRET,
    ...env,
  })
  const sql = openPostgres(stage.database.url, { applicationName: 'stand-in', max: 2 })
  onTestFinished(() => sql.end({ timeout: 1 }))
  return { ...stage, facade, mover, sql, ordered: () => ordered(sql) }
}

async function ordered(sql: Sql): Promise<OpenFlip> {
  while (true) {
    const [open] = await readOpenFlips(sql)
    if (open) return open
    await delay(10)
  }
}
