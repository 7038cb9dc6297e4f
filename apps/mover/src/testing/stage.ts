// Two real stores, a real ledger, and movers between them that are driven inside this process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { routeList, type WriteGroup } from '@emotibot/contracts'
import { openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import {
  type FlipState,
  flagOf,
  ledgerSteps,
  orderFlip,
  type RouteFlag,
  readFlipState,
  readOpenFlips,
  readSnapshot,
} from '@emotibot/flags'
import { createLogger } from '@emotibot/service-kit'
import { createPostgresStore, createSqliteStore, type FencedRow, type Store, stateOf } from '@emotibot/sync'
import type Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { type CarveOut, createCarveOut } from '../carve-out.ts'
import { createEvents } from '../events.ts'
import type { StepHook } from '../flip/driver.ts'
import { FlipLedger } from '../flip/flip-ledger.ts'
import { createMonolithFile, entities, serviceSteps } from './accounts.ts'
import { type Relay, startRelay } from './relay.ts'

export type Stage = {
  readonly file: string
  readonly db: Database.Database
  /** Of the service's database, and of the ledger's. */
  readonly sql: Sql
  readonly ledgerSql: Sql
  /** As somebody sees the stores who is not a mover. */
  readonly monolith: Store
  readonly service: Store
  /** What movers reach the service's database and the ledger by. */
  readonly toService: Relay
  readonly toLedger: Relay
  startMover(options?: MoverToStart): Promise<TestMover>
  /** Orders that the routes of these groups have a share of the partitions on the service. */
  order(shares: Readonly<Partial<Record<WriteGroup, number>>>): Promise<string>
  /** Has it done; where others on this machine hold up the feeds, so that it is abandoned, again. */
  flipTo(shares: Readonly<Partial<Record<WriteGroup, number>>>): Promise<string>
  /** Waits until a flip has ended. */
  ended(flip: string): Promise<FlipState>
  flagOf(route: string): Promise<RouteFlag>
  /** The share of each group by the stores; null between them. */
  shares(): Promise<Partial<Record<WriteGroup, number | null>>>
  /** How many holds facades are told of. */
  holds(): Promise<number>
  /** Of the flip that is open. */
  heldMs(): Promise<number | null>
}

export type MoverToStart = { readonly onStep?: StepHook; readonly budgetMs?: number }
export type TestMover = { readonly carveOut: CarveOut; stop(): Promise<void> }

const LONGEST_MS = 30_000

export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-mover-'))
  const file = join(folder, 'monolith.sqlite')
  const db = createMonolithFile(file)
  const [database, ledger] = await Promise.all([
    createTestDatabase({ steps: serviceSteps }),
    createTestDatabase({ steps: ledgerSteps }),
  ])
  const [toService, toLedger] = await Promise.all([startRelay(database.url), startRelay(ledger.url)])
  const sql = openPostgres(database.url, { applicationName: 'test-service', max: 8 })
  const ledgerSql = openPostgres(ledger.url, { applicationName: 'test-ledger', max: 4 })
  const monolith = createSqliteStore({ file, entities })
  const service = createPostgresStore({ url: database.url, entities })
  const movers = new Set<TestMover>()
  onTestFinished(async () => {
    await Promise.all([...movers].map((mover) => mover.stop()))
    await Promise.all([toService.close(), toLedger.close(), monolith.close(), service.close()])
    await Promise.all([sql.end({ timeout: 5 }), ledgerSql.end({ timeout: 5 })])
    db.close()
    await Promise.all([database.drop(), ledger.drop()])
    rmSync(folder, { recursive: true, force: true })
  })

  async function startMover({ onStep, budgetMs = 10_000 }: MoverToStart = {}): Promise<TestMover> {
    const flipLedger = new FlipLedger(toLedger.url)
    const carveOut = createCarveOut({
      domain: 'auth',
      entities,
      sqliteFile: file,
      databaseUrl: toService.url,
      events: createEvents(createLogger('mover', 'silent')),
      ledger: flipLedger,
      flipBudgetMs: budgetMs,
      followsDepartures: false,
      others: [],
      ...(onStep ? { onStep } : {}),
    })
    carveOut.start()
    const mover: TestMover = {
      carveOut,
      stop: async () => {
        movers.delete(mover)
        await carveOut.stop()
        await flipLedger.close()
      },
    }
    movers.add(mover)
    await until('the stores are open', () => carveOut.movement() !== null)
    await carveOut.movement()?.begin()
    await until('the first copy is made', async () => (await carveOut.movement()?.isBackfilled()) === true)
    return mover
  }

  async function ended(flip: string): Promise<FlipState> {
    let state: FlipState | undefined
    await until(`flip ${flip} has ended`, async () => {
      state = (await readFlipState(ledgerSql, flip))?.state
      return state === 'done' || state === 'abandoned'
    })
    return state ?? 'ordered'
  }

  return {
    file,
    db,
    sql,
    ledgerSql,
    monolith,
    service,
    toService,
    toLedger,
    startMover,
    order: (shares) => order(ledgerSql, shares),
    flipTo: async (shares) => {
      for (;;) {
        const flip = await order(ledgerSql, shares)
        if ((await ended(flip)) === 'done') return flip
      }
    },
    ended,
    flagOf: async (route) => flagOf(await readSnapshot(ledgerSql), route),
    holds: async () => (await readSnapshot(ledgerSql)).holds.length,
    heldMs: async () => (await readOpenFlips(ledgerSql))[0]?.heldMs ?? null,
    shares: async () => {
      const groups = ['auth', 'auth.claim'] as const
      // Nothing may move between the two.
      const before = await monolith.authority.readAll(groups)
      const there = await service.authority.readAll(groups)
      const here = await monolith.authority.readAll(groups)
      if (!isDeepStrictEqual(before, here)) return {}
      return Object.fromEntries(
        groups.map((group, place) => [group, shareOf(group, here[place], there[place])]),
      )
    },
  }
}

async function order(sql: Sql, shares: Readonly<Partial<Record<WriteGroup, number>>>): Promise<string> {
  const snapshot = await readSnapshot(sql)
  const moves = routeList.flatMap(({ key, group }) => {
    const share = group === null ? undefined : shares[group]
    if (share === undefined) return []
    const { stage, share: from, epoch } = flagOf(snapshot, key)
    return [{ route: key, from: { stage, share: from }, to: { stage: stageOf(share), share }, epoch }]
  })
  const ordered = await orderFlip(sql, {
    kind: 'flip',
    by: 'test',
    why: null,
    isForced: false,
    isForward: true,
    moves,
    alsoMoves: [],
  })
  if (!ordered.isApplied) throw new Error(ordered.reasons.join('; '))
  return ordered.flip
}

function shareOf(group: WriteGroup, monolith?: FencedRow, service?: FencedRow): number | null {
  if (!monolith || !service) throw new Error(`no rows of ${group}`)
  const state = stateOf({ group, monolith, service })
  return state.is === 'whole' ? state.split.share : null
}

function stageOf(share: number): 'monolith' | 'canary' | 'service' {
  if (share === 0) return 'monolith'
  return share === 100 ? 'service' : 'canary'
}

/** Waits for a condition. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LONGEST_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`still not so: ${what}`)
    await delay(5)
  }
}
