import type { Sql } from '@emotibot/db'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FlipState } from '../flip-steps.ts'
import { flagOf } from '../snapshot.ts'
import { canary, flipOf, holdOfAll, MONOLITH, moveOf, openTestLedger } from '../testing/test-ledger.ts'
import { askToAbort } from './abort-flip.ts'
import { applyFlip } from './flips.ts'
import { setFrozen } from './freeze.ts'
import { readSnapshot } from './ledger-state.ts'
import { readFlipState, readOpenFlips } from './open-flips.ts'
import { orderFlip } from './order-flip.ts'
import { abandonFlip, holdFlip, recordFlip, type Turned } from './turn-flip.ts'

const SEED = Number(process.env['FLAGS_SEED'] ?? Date.now() % 1_000_000)
const ROUTES = ['auth.login', 'auth.me', 'emotion.analyze']
/** How often each is tried: most flips are to get somewhere. */
const ACTS = { order: 4, hold: 4, record: 3, abandon: 2, abort: 1, apply: 2, freeze: 1, thaw: 3 } as const
type Act = keyof typeof ACTS
type Call = {
  readonly act: Act
  readonly routes: readonly string[]
  readonly share: number
  readonly epoch: number
}

let sql: Sql

beforeAll(async () => {
  const ledger = await openTestLedger()
  sql = ledger.sql
  return ledger.drop
})

/** Who does it knows of the newest flip only, which may have ended meanwhile, or be another's. */
async function perform({ act, routes, share, epoch }: Call): Promise<void> {
  const flip = await newestFlip()
  if (act === 'order') await orderFlip(sql, await planned(routes, share))
  if (act === 'apply') await applyFlip(sql, await planned(routes, share))
  if (act === 'freeze' || act === 'thaw')
    await setFrozen(sql, { isFrozen: act === 'freeze', by: 'eve', why: null })
  if (act === 'abort') await askToAbort(sql, { flip, by: 'eve', why: null })
  if (act === 'hold') await twice(flip, () => holdFlip(sql, flip, [holdOfAll(flip, routes)]))
  if (act === 'abandon') await twice(flip, () => abandonFlip(sql, flip, `at ${epoch}`))
  if (act === 'record')
    await twice(flip, () =>
      recordFlip(sql, flip, { epochs: { [ROUTES[0] ?? '']: epoch }, kept: share % 3 ? [] : ['bob'] }),
    )
}

async function planned(routes: readonly string[], share: number) {
  const snapshot = await readSnapshot(sql)
  const to = share === 0 ? MONOLITH : canary(share)
  const moves = routes.map((route) => {
    const flag = flagOf(snapshot, route)
    return moveOf(route, to, { epoch: flag.epoch, from: { stage: flag.stage, share: flag.share } })
  })
  return flipOf(moves, { isForward: moves.some(({ from }) => to.share > from.share) })
}

/** What is said to have happened is said again, unless another driver has ended the flip in between. */
async function twice(flip: string, turn: () => Promise<Turned>): Promise<void> {
  const first = await turn()
  const again = await turn()
  if (again !== null || first === null) expect(again).toEqual(first)
  else expect((await readFlipState(sql, flip))?.state).toMatch(/done|abandoned/)
}

async function newestFlip(): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select id from flips where ended_version is not null or state <> 'done' order by version desc limit 1`
  return row?.id ?? 'f0'
}

type Seen = { version: number; epochs: Record<string, number>; ended: Map<string, FlipState> }

/** All that must be true of the ledger at any moment. */
async function look(seen: Seen): Promise<void> {
  const { snapshot, open } = await sql.begin('isolation level repeatable read', async (tx) => ({
    snapshot: await readSnapshot(tx),
    open: await readOpenFlips(tx),
  }))
  expect(open.length).toBeLessThanOrEqual(1)
  for (const hold of snapshot.holds) expect(open).toMatchObject([{ flip: hold.flip, state: 'held' }])
  expect(snapshot.version).toBeGreaterThanOrEqual(seen.version)
  for (const route of ROUTES)
    expect(flagOf(snapshot, route).epoch).toBeGreaterThanOrEqual(seen.epochs[route] ?? 0)
  for (const { moves } of open)
    for (const { route, epoch } of moves) expect(flagOf(snapshot, route).epoch).toBe(epoch)
  seen.version = snapshot.version
  seen.epochs = Object.fromEntries(ROUTES.map((route) => [route, flagOf(snapshot, route).epoch]))
  const ended = await sql<{ id: string; state: FlipState }[]>`
    select id, state from flips where state in ('done', 'abandoned')`
  const now = new Map(ended.map(({ id, state }) => [id, state]))
  for (const [flip, state] of seen.ended) expect(now.get(flip)).toBe(state)
  seen.ended = now
}

const acts = Object.entries(ACTS).map(([act, weight]) => ({ arbitrary: fc.constant(act as Act), weight }))

const calls = fc.array(
  fc.record<Call>({
    act: fc.oneof(...acts),
    routes: fc.subarray(ROUTES, { minLength: 1 }),
    share: fc.integer({ min: 0, max: 99 }),
    epoch: fc.integer({ min: 0, max: 40 }),
  }),
  { minLength: 4, maxLength: 14 },
)

describe(`random turns of the ledger, FLAGS_SEED=${SEED}`, () => {
  it('leave no hold without its flip, no epoch smaller, and one open flip at most, whoever drives', {
    timeout: 120_000,
  }, async () => {
    const seen: Seen = { version: 0, epochs: {}, ended: new Map() }
    await fc.assert(
      fc.asyncProperty(calls, calls, async (one, other) => {
        let isRunning = true
        const drive = async (turns: readonly Call[]) => {
          for (const turn of turns) await perform(turn)
        }
        const drivers = Promise.all([drive(one), drive(other)]).finally(() => {
          isRunning = false
        })
        while (isRunning) await look(seen)
        await drivers
        await look(seen)
      }),
      { seed: SEED, numRuns: 25, endOnFailure: true },
    )
    const ends = await sql`select state from flips where held_version is not null group by state`
    expect(ends.length).toBeGreaterThanOrEqual(2)
  })
})
