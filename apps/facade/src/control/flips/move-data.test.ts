import type { AuditEntry, Plan, Receipt } from '@emotibot/contracts'
import { abandonFlip, holdFlip, noteWaits, readSnapshot, recordFlip } from '@emotibot/flags'
import { createLogger } from '@emotibot/service-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LedgerClient } from '../../routing/ledger-client.ts'
import { type DataStage, IN_STEP, setDataStage } from '../../testing/mover-stand-in.ts'
import type { ControlContext } from '../context.ts'
import { MoverMonitor } from '../mover/mover-monitor.ts'
import { moveData } from './move-data.ts'

const toService = { names: ['auth'], to: 'service', why: 'a test' } as const
type Answered = { status: number; body: Receipt & { code: string; message: string; plan: Plan } }

async function ask({ facade }: DataStage, path: string, body: unknown = {}): Promise<Answered> {
  const answer = await facade.control('POST', path, { body })
  return { status: answer.status, body: (await answer.json()) as Answered['body'] }
}

const auditOf = async ({ facade }: DataStage) => {
  const answer = await facade.control('GET', '/control/audit')
  return ((await answer.json()) as { entries: AuditEntry[] }).entries.map(({ action }) => action)
}

const HOLD = { flip: 'f1', routes: ['auth.login'], low: 0, high: 100, budgetMs: 5_000 }

describe('a flip that moves data', () => {
  it('is ordered, and answered with its receipt once its mover has carried it out', async () => {
    const stage = await setDataStage()
    const answer = ask(stage, '/control/flips', toService)
    const { flip } = await stage.ordered()
    expect((await readSnapshot(stage.sql)).routes['auth.login']).toBe(undefined)
    await holdFlip(stage.sql, flip, [{ ...HOLD, flip }])
    await noteWaits(stage.sql, { flip, replica: 'facade-1', count: 7, worstMs: 31.5, failed: 0 })
    await recordFlip(stage.sql, flip, { epochs: { 'auth.login': 9 }, kept: [] })
    const { status, body } = await answer
    expect(status).toBe(200)
    expect(body).toMatchObject({ flip, waited: { count: 7, worst_ms: 31.5 }, undo: `./fig rollback ${flip}` })
    expect(body.replicas).toMatchObject([{ acknowledged: true }])
    expect((await readSnapshot(stage.sql)).routes['auth.login']).toMatchObject({ stage: 'service', epoch: 9 })
  })

  it('that is abandoned is refused with the reason, and nothing was changed', async () => {
    const stage = await setDataStage()
    const answer = ask(stage, '/control/flips', toService)
    const { flip } = await stage.ordered()
    await abandonFlip(stage.sql, flip, 'the source did not let go in time')
    const { status, body } = await answer
    expect([status, body.code]).toEqual([409, 'REFUSED'])
    expect(body.plan.refused[0]?.message).toBe(`${flip} was abandoned: the source did not let go in time.`)
    expect((await readSnapshot(stage.sql)).routes).toEqual({})
    expect(await auditOf(stage)).toEqual(['abandoned', 'ordered'])
    expect((await stage.facade.control('GET', `/control/flips/${flip}`)).status).toBe(404)
  })

  it('that no mover takes up is given up', async () => {
    const stage = await setDataStage()
    const { status, body } = await ask(stage, '/control/flips', toService)
    expect([status, body.code]).toEqual([409, 'REFUSED'])
    expect(body.message).toContain('no mover took it up within 3 s')
    expect((await stage.facade.status()).flip).toBe(null)
  })

  it('that a mover drives is not given up, however long it takes; and who asks is told when it is too long to wait', async () => {
    const stage = await setDataStage()
    const context = contextOf(stage)
    await context.ledger.start()
    await expect.poll(() => context.ledger.isUp).toBe(true)
    const moves = [
      {
        route: 'auth.login',
        from: { stage: 'monolith', share: 0 },
        to: { stage: 'service', share: 100 },
        epoch: 0,
      },
    ] as const
    const base = { kind: 'flip', by: 'olga', why: null, isForced: false, isForward: true } as const
    const patience = { takenWithinMs: 500, endsWithinMs: 1_500 }
    const outcome = moveData({ ...base, moves, alsoMoves: [] }, context, patience)
    const { flip } = await stage.ordered()
    stage.mover.carveOut = { ...IN_STEP, flip: { id: flip, step: 'applied', for_ms: 1 } }
    await expect(outcome).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect((await stage.facade.status()).flip).toMatchObject({
      flip,
      state: 'ordered',
      step: 'applied',
      by: 'olga',
    })
  })

  it('is refused while another is under way, naming it', async () => {
    const stage = await setDataStage()
    const first = ask(stage, '/control/flips', toService)
    const { flip } = await stage.ordered()
    const second = await ask(stage, '/control/flips', { names: ['auth'], to: 'canary', share: 10 })
    expect([second.status, second.body.code]).toEqual([409, 'REFUSED'])
    expect(second.body.message).toContain(flip)
    await recordFlip(stage.sql, flip, { epochs: {}, kept: [] })
    expect((await first).status).toBe(200)
  })

  it('that two operators order at once is ordered once', async () => {
    const stage = await setDataStage()
    const answers = [ask(stage, '/control/flips', toService), ask(stage, '/control/flips', toService)]
    const { flip } = await stage.ordered()
    const refused = await Promise.race(answers)
    expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining(flip)])
    await recordFlip(stage.sql, flip, { epochs: {}, kept: [] })
    expect((await Promise.all(answers)).map(({ status }) => status).toSorted()).toEqual([200, 409])
  })
})

describe('giving a flip up', () => {
  it('works at once while it is merely ordered', async () => {
    const stage = await setDataStage()
    const answer = ask(stage, '/control/flips', toService)
    const { flip } = await stage.ordered()
    const aborted = await ask(stage, `/control/flips/${flip}/abort`, { why: 'wrong day' })
    expect(aborted).toMatchObject({ status: 200, body: { flip, state: 'abandoned' } })
    expect((await answer).body.message).toContain('given up by olga: wrong day')
  })

  it('is its mover’s to do once requests wait, and is waited for', async () => {
    const stage = await setDataStage()
    const answer = ask(stage, '/control/flips', toService)
    const { flip } = await stage.ordered()
    await holdFlip(stage.sql, flip, [{ ...HOLD, flip }])
    const aborted = ask(stage, `/control/flips/${flip}/abort`)
    const told = async () => (await stage.ordered()).abortReason
    await expect.poll(told).toContain('given up by olga')
    await abandonFlip(stage.sql, flip, (await told()) ?? '')
    expect(await aborted).toMatchObject({ status: 200, body: { state: 'abandoned' } })
    expect((await answer).status).toBe(409)
  })

  it('is refused when its stores had moved, and of a flip that has ended, and of none', async () => {
    const stage = await setDataStage()
    const answer = ask(stage, '/control/flips', toService)
    const { flip } = await stage.ordered()
    await holdFlip(stage.sql, flip, [{ ...HOLD, flip }])
    const late = ask(stage, `/control/flips/${flip}/abort`)
    await expect.poll(async () => (await stage.ordered()).abortReason).not.toBe(null)
    await recordFlip(stage.sql, flip, { epochs: {}, kept: [] })
    expect((await answer).status).toBe(200)
    expect(await late).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('past the point') },
    })
    const again = await ask(stage, `/control/flips/${flip}/abort`)
    expect(again).toMatchObject({ status: 409, body: { message: expect.stringContaining('is done') } })
    expect((await ask(stage, '/control/flips/f99/abort')).status).toBe(404)
  })
})

/** What a facade hands its control API, as far as an order needs it. */
function contextOf({ database, folder, mover }: DataStage): Pick<ControlContext, 'ledger' | 'mover'> {
  const logger = createLogger('facade', 'silent')
  const snapshotFile = `${folder}/other.json`
  const ledger = new LedgerClient({ url: database.url, replicaId: 'facade-other', snapshotFile, logger })
  const monitor = new MoverMonitor({ url: mover.url, secret: '' })
  onTestFinished(async () => {
    monitor.close()
    await ledger.close()
  })
  return { ledger, mover: monitor }
}
