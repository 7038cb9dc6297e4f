// Two small domains in one file of the monolith, each with a service's database of its own, and movers over both.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Domain, routeList, type WriteGroup } from '@emotibot/contracts'
import { type MigrationStep, openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { flagOf, ledgerSteps, orderFlip, readFlipState, readSnapshot } from '@emotibot/flags'
import { createLogger } from '@emotibot/service-kit'
import {
  createPlainEntity,
  createPostgresStore,
  createSqliteStore,
  type FeedTable,
  postgresSeenConflictsStep,
  postgresSyncSteps,
  type Store,
  sqliteSyncSteps,
  stateOf,
} from '@emotibot/sync'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { type CarveOuts, createCarveOuts } from '../carve-outs.ts'
import type { CarvedDomain } from '../domains.ts'
import { createEvents } from '../events.ts'
import type { StepHook } from '../flip/driver.ts'
import { FlipLedger } from '../flip/flip-ledger.ts'
import { type Relay, startRelay } from './relay.ts'
import { until } from './stage.ts'

const GROUPS = ['emotion', 'conversation'] as const
type Group = (typeof GROUPS)[number]

export type TwoDomains = {
  /** What movers reach each service's database by. */
  readonly ways: Readonly<Record<Group, Relay>>
  startMover(onStep?: StepHook): Promise<{ stop(): Promise<void> }>
  /** Orders a flip of these, of both unless given. */
  order(share: number, groups?: readonly Group[]): Promise<string>
  /** Has each moved to its service. */
  moveThere(): Promise<void>
  ended(flip: string): Promise<string>
  /** The share of each by its stores; null between them. */
  shares(): Promise<Record<string, number | null>>
  ledgerShares(): Promise<Record<string, number>>
}

const tableOf = (group: Group): FeedTable & { columns: readonly string[] } => ({
  table: `${group}_rows`,
  entity: `${group}_row`,
  keyColumns: ['id'],
  columns: ['id', 'owner_key'],
  group,
  leavesTombstone: true,
})

const schemaOf = (group: Group): string =>
  `create table ${group}_rows (id text primary key, owner_key text not null);`

const entitiesOf = (group: Group) => [
  createPlainEntity({
    monolith: tableOf(group),
    service: tableOf(group),
    columns: { id: 'id', owner_key: 'text' },
    owner: 'owner_key',
  }),
]

const stepsOf = (group: Group): MigrationStep[] => [
  { name: '001-rows', sql: schemaOf(group) },
  ...postgresSyncSteps([tableOf(group)]),
  postgresSeenConflictsStep,
]

export async function openTwoDomains(budgetMs = 5_000): Promise<TwoDomains> {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-two-domains-'))
  const file = join(folder, 'monolith.sqlite')
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  for (const group of GROUPS) db.exec(schemaOf(group))
  for (const { sql } of sqliteSyncSteps(GROUPS.map(tableOf))) db.exec(sql)
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const [emotion, conversation] = [await openService('emotion'), await openService('conversation')]
  const ways = { emotion: emotion.way, conversation: conversation.way }
  const ledger = await createTestDatabase({ steps: ledgerSteps })
  const ledgerSql = openPostgres(ledger.url, { applicationName: 'test-ledger', max: 2 })
  const monolith = createSqliteStore({ file, entities: GROUPS.flatMap(entitiesOf) })
  onTestFinished(async () => {
    await monolith.close()
    await ledgerSql.end({ timeout: 5 })
    await ledger.drop()
  })
  const domains = GROUPS.map(
    (group): CarvedDomain => ({
      domain: group satisfies Domain,
      entities: entitiesOf(group),
      databaseUrl: ways[group].url,
      followsDepartures: false,
    }),
  )

  async function startMover(onStep?: StepHook) {
    const flipLedger = new FlipLedger(ledger.url)
    const events = createEvents(createLogger('mover', 'silent'))
    const common = { sqliteFile: file, flipBudgetMs: budgetMs, events, ledger: flipLedger }
    const carveOuts = createCarveOuts(domains, { ...common, ...(onStep ? { onStep } : {}) })
    carveOuts.start()
    let stopped: Promise<void> | undefined
    const stop = () => {
      stopped ??= carveOuts.stop().then(() => flipLedger.close())
      return stopped
    }
    onTestFinished(stop)
    await untilCopied(carveOuts)
    return { stop }
  }

  async function ended(flip: string): Promise<string> {
    const stateNow = async () => (await readFlipState(ledgerSql, flip))?.state ?? ''
    await until(`flip ${flip} has ended`, async () => ['done', 'abandoned'].includes(await stateNow()))
    return stateNow()
  }

  return {
    ways,
    startMover,
    order: (share, groups = GROUPS) => order(ledgerSql, groups, share),
    moveThere: async () => {
      for (const group of GROUPS) while ((await ended(await order(ledgerSql, [group], 100))) !== 'done');
    },
    ended,
    shares: async () => {
      const found = [
        await shareOf('emotion', monolith, emotion.store),
        await shareOf('conversation', monolith, conversation.store),
      ]
      return Object.fromEntries(found)
    },
    ledgerShares: async () => {
      const snapshot = await readSnapshot(ledgerSql)
      const shares = GROUPS.map((group) => [group, flagOf(snapshot, routesOf(group)[0] ?? '').share])
      return Object.fromEntries(shares) as Record<string, number>
    },
  }
}

async function openService(group: Group): Promise<{ way: Relay; store: Store }> {
  const database = await createTestDatabase({ steps: stepsOf(group) })
  const way = await startRelay(database.url)
  const store = createPostgresStore({ url: database.url, entities: entitiesOf(group) })
  onTestFinished(async () => {
    await way.close()
    await store.close()
    await database.drop()
  })
  return { way, store }
}

async function untilCopied({ all }: CarveOuts): Promise<void> {
  for (const carveOut of all) {
    await until('its stores are open', () => carveOut.movement() !== null)
    await carveOut.movement()?.begin()
    await until('it is copied', async () => (await carveOut.movement()?.isBackfilled()) === true)
  }
}

const routesOf = (group: WriteGroup): string[] =>
  routeList.filter((route) => route.group === group).map(({ key }) => key)

async function order(sql: Sql, groups: readonly Group[], share: number): Promise<string> {
  const snapshot = await readSnapshot(sql)
  const to = { stage: share === 0 ? 'monolith' : 'service', share } as const
  const moves = groups.flatMap(routesOf).map((route) => {
    const { stage, share: from, epoch } = flagOf(snapshot, route)
    return { route, from: { stage, share: from }, to, epoch }
  })
  const ordered = await orderFlip(sql, {
    kind: share === 0 ? 'rollback' : 'flip',
    by: 'test',
    why: null,
    isForced: false,
    isForward: share > 0,
    moves,
    alsoMoves: [],
  })
  if (!ordered.isApplied) throw new Error(ordered.reasons.join('; '))
  return ordered.flip
}

async function shareOf(group: Group, monolith: Store, service: Store): Promise<[string, number | null]> {
  const rows = {
    monolith: await monolith.authority.read(group),
    service: await service.authority.read(group),
  }
  const state = stateOf({ group, ...rows })
  return [group, state.is === 'whole' ? state.split.share : null]
}
