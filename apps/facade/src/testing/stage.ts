import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlipRequest, Receipt, Role, RollbackRequest, Status } from '@emotibot/contracts'
import { createTestDatabase, type TestDatabase } from '@emotibot/db/testing'
import { ledgerSteps } from '@emotibot/flags'
import { type App, loadConfig } from '@emotibot/service-kit'
import { onTestFinished } from 'vitest'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'
import { type Side, startSide } from './side.ts'

const TOKENS: Readonly<Record<Role, string>> = { operator: randomUUID(), viewer: randomUUID() }

/** A facade in front of a monolith and an emotion service, on a ledger of its own. Gone when the test is done. */
export type Stage = {
  readonly monolith: Side
  readonly emotion: Side
  readonly database: TestDatabase
  readonly folder: string
  readonly operatorsFile: string
  /** Another replica on the same ledger; `env` overrides. */
  startFacade(env?: Record<string, string>): Promise<Facade>
}

export class Facade {
  readonly main: string
  readonly controlUrl: string
  /** Where our own processes ask each other. */
  readonly internal: string
  readonly app: App

  constructor(app: App, urls: Readonly<Record<string, string>>) {
    this.app = app
    this.main = urls['main'] ?? ''
    this.controlUrl = urls['control'] ?? ''
    this.internal = urls['internal'] ?? ''
  }

  analyze(init: RequestInit = {}): Promise<Response> {
    const headers = { 'content-type': 'application/json', ...init.headers }
    return fetch(`${this.main}/api/emotion/analyze`, {
      method: 'POST',
      body: '{"text":"hi"}',
      ...init,
      headers,
    })
  }

  /** Which side answers `emotion.analyze` now. */
  async sideOfAnalyze(headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.analyze({ headers })
    const { side } = (await answer.json()) as { side: string }
    return side
  }

  control(
    method: string,
    path: string,
    { body, role = 'operator' }: { body?: unknown; role?: Role } = {},
  ): Promise<Response> {
    return fetch(this.controlUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${TOKENS[role]}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async flip(request: FlipRequest): Promise<Receipt> {
    return this.#receipt(await this.control('POST', '/control/flips', { body: request }))
  }

  async rollback(request: RollbackRequest): Promise<Receipt> {
    return this.#receipt(await this.control('POST', '/control/rollback', { body: request }))
  }

  async status(): Promise<Status> {
    return (await (await this.control('GET', '/control/status')).json()) as Status
  }

  async requestsOf(route: string): Promise<Status['routes'][number]['requests']> {
    const { routes } = await this.status()
    const found = routes.find(({ key }) => key === route)
    if (!found) throw new Error(`no route ${route}`)
    return found.requests
  }

  async #receipt(answer: Response): Promise<Receipt> {
    const body: unknown = await answer.json()
    if (!answer.ok) throw new Error(JSON.stringify(body))
    return body as Receipt
  }
}

export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'emotibot-facade-'))
  const [database, monolith, emotion] = await Promise.all([
    createTestDatabase({ steps: ledgerSteps }),
    startSide('monolith'),
    startSide('emotion', ['emotion.analyze', 'emotion.batch']),
  ])
  const operatorsFile = join(folder, 'operators.json')
  await writeFile(operatorsFile, JSON.stringify([operator('olga', 'operator'), operator('vera', 'viewer')]))
  const facades: App[] = []
  onTestFinished(async () => {
    await Promise.all(facades.map((app) => app.close()))
    await Promise.all([monolith.kill(), emotion.kill()])
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    monolith,
    emotion,
    database,
    folder,
    operatorsFile,
    async startFacade(env = {}) {
      const app = await createApp(
        loadConfig(configSchema, {
          LEDGER_DATABASE_URL: database.url,
          EMOTIBOT_MONOLITH_URL: monolith.url,
          EMOTIBOT_EMOTION_URL: emotion.url,
          EMOTIBOT_OPERATORS_FILE: operatorsFile,
          EMOTIBOT_SNAPSHOT_FILE: join(folder, 'snapshot.json'),
          EMOTIBOT_RATE_LIMIT: '0',
          EMOTIBOT_LOG_LEVEL: 'silent',
          ...env,
        }),
      )
      facades.push(app)
      return new Facade(app, await app.listen())
    },
  }
}

export function operator(name: string, role: Role, token = TOKENS[role]) {
  return { name, role, token_sha256: createHash('sha256').update(token).digest('hex') }
}

/** A stage with one facade, for the many tests that need no more. */
export async function setStageWithFacade(env?: Record<string, string>): Promise<Stage & { facade: Facade }> {
  const stage = await setStage()
  return { ...stage, facade: await stage.startFacade(env) }
}
