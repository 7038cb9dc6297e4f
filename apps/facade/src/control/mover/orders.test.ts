import { controlRoutes } from '@emotibot/contracts'
import { recordFlip } from '@emotibot/flags'
import { describe, expect, it } from 'vitest'
import { feed, IN_STEP, setDataStage } from '../../testing/mover-stand-in.ts'

const { backfill, verify, settle } = controlRoutes
const pathOf = ({ path }: { path: string }, domain = 'auth') => path.replace(':domain', domain)

const change = {
  entity: 'users',
  key: 'u-1',
  reason: 'too long',
  attempts: 1,
  since: '2030-01-01T00:00:00.000Z',
}

type Said = { code: string; message: string }

describe('an order to the mover', () => {
  it('is passed on, audited, and answered with how the domain stands', async () => {
    const { facade, mover } = await setDataStage()
    const begun = await facade.control('POST', pathOf(backfill), { body: { why: 'the tour' } })
    expect([begun.status, await begun.json()]).toEqual([200, IN_STEP])
    await facade.control('POST', pathOf(verify), { body: {} })
    await facade.control('POST', pathOf(verify), { body: { repair: true } })
    mover.answer = { status: 200, body: { retried: 2, left: 1 } }
    const settled = await facade.control('POST', pathOf(settle), { body: {} })
    expect(await settled.json()).toEqual({ retried: 2, left: 1, carve_out: IN_STEP })
    mover.answer = { status: 200, body: { retried: 0, left: 0, dismissed: 2 } }
    const conflicts = { service: [4, 5], monolith: [] }
    const seen = await facade.control('POST', pathOf(settle), { body: { conflicts, why: 'a bug of ours' } })
    expect(await seen.json()).toMatchObject({ dismissed: 2 })
    expect(mover.commands).toEqual([
      '/internal/mover/auth/backfill',
      '/internal/mover/auth/verify?repair=false',
      '/internal/mover/auth/verify?repair=true',
      '/internal/mover/auth/resume',
      '/internal/mover/auth/settle',
      '/internal/mover/auth/resume',
      '/internal/mover/auth/settle?service=4%2C5',
    ])
    const { entries } = (await (await facade.control('GET', '/control/audit')).json()) as {
      entries: { action: string; by: string; why: string | null }[]
    }
    expect(entries).toMatchObject([
      {
        action: 'settle',
        summary: 'settle of auth, conflicts 4, 5 at the service dismissed',
        why: 'a bug of ours',
      },
      { action: 'settle', summary: 'settle of auth' },
      { action: 'repair' },
      { action: 'backfill', by: 'olga', why: 'the tour' },
    ])
  })

  it('for a domain that has no data on two sides is a mistake of the caller', async () => {
    const { facade, mover } = await setDataStage()
    const answer = await facade.control('POST', pathOf(backfill, 'ai'), { body: {} })
    expect([answer.status, ((await answer.json()) as Said).message]).toEqual([
      400,
      expect.stringContaining('There are: auth, conversation, emotion'),
    ])
    expect(mover.commands).toEqual([])
  })

  it('is refused in the mover’s words, and not done while it is away or the secret is not known', async () => {
    const { facade, mover, startFacade } = await setDataStage()
    mover.answer = { status: 409, body: { message: 'A comparison is running.' } }
    const running = await facade.control('POST', pathOf(verify), { body: {} })
    expect([running.status, await running.json()]).toMatchObject([
      409,
      { message: 'A comparison is running.' },
    ])
    const mute = await startFacade({ EMOTIBOT_MOVER_URL: mover.url })
    const unsaid = await mute.control('POST', pathOf(backfill), { body: {} })
    expect([unsaid.status, await unsaid.json()]).toMatchObject([
      503,
      { code: 'MOVER_DOWN', message: expect.stringContaining('LEGACY_JWT_SECRET') },
    ])
    mover.kill()
    const away = await facade.control('POST', pathOf(backfill), { body: {} })
    expect([away.status, await away.json()]).toMatchObject([503, { code: 'MOVER_DOWN' }])
  })
})

describe('the status', () => {
  it('has every carve-out in the mover’s words, and asks for somebody when one is not well', async () => {
    const { facade, mover } = await setDataStage()
    expect(await facade.status()).toMatchObject({ mover: { is_up: true }, carve_outs: [IN_STEP], needs: [] })
    mover.carveOut = {
      ...IN_STEP,
      feeds: [
        feed('monolith', 'service', { state: 'stopped', reason: 'a column is gone' }),
        feed('service', 'monolith', { behind: { entries: 9, ms: 6_000 }, set_aside: [change], conflicts: 1 }),
      ],
    }
    const needs = (await facade.status()).needs.join(' ')
    expect(needs).toMatch(
      /stopped: a column is gone.*6 s behind.*1 change.*set aside.*1 conflict.*set-aside auth/,
    )
  })

  it('asks for somebody when a roll back left users on the service', async () => {
    const { facade, ordered, sql } = await setDataStage()
    const carryOut = async (answer: Promise<Response>, kept: readonly string[]) => {
      await recordFlip(sql, (await ordered()).flip, { epochs: {}, kept })
      expect((await answer).status).toBe(200)
    }
    const canary = { names: ['auth'], to: 'canary', share: 50 }
    await carryOut(facade.control('POST', '/control/flips', { body: canary }), [])
    await carryOut(facade.control('POST', '/control/rollback', { body: { names: ['auth'] } }), ['ann'])
    expect((await facade.status()).needs).toEqual([
      expect.stringContaining('1 user(s) stayed on the service'),
    ])
  })

  it('asks for somebody when the mover is gone that kept a domain in step, not when there never was one', async () => {
    const { facade, mover, startFacade } = await setDataStage()
    await facade.status()
    mover.kill()
    expect((await facade.status()).needs).toEqual([expect.stringContaining('The mover is down')])
    const plain = await startFacade({})
    expect(await plain.status()).toMatchObject({ needs: [], mover: { is_up: false } })
  })
})

describe('a plan to move data', () => {
  it('says every reason at once, and nothing changes', async () => {
    const { facade, mover } = await setDataStage()
    mover.carveOut = {
      ...IN_STEP,
      is_backfilled: false,
      feeds: [
        feed('monolith', 'service', { behind: { entries: 900, ms: 4_000 } }),
        feed('service', 'monolith', { set_aside: [change] }),
      ],
    }
    const body = { names: ['auth', 'ai.reply'], to: 'service' }
    const answer = await facade.control('POST', '/control/flips', { body })
    const { message } = (await answer.json()) as Said
    expect(answer.status).toBe(409)
    for (const part of ['not finished', '4.0 s behind', 'set aside', 'EMOTIBOT_AI_URL'])
      expect(message).toContain(part)
    expect((await facade.status()).version).toBe(0)
  })

  it('is refused in both directions while there is no mover', async () => {
    const { facade } = await setDataStage({ EMOTIBOT_MOVER_URL: 'http://127.0.0.1:1' })
    const body = { names: ['auth.login'], to: 'service' }
    const answer = await facade.control('POST', '/control/flips', { body })
    expect([answer.status, ((await answer.json()) as Said).message]).toEqual([
      409,
      expect.stringContaining('The mover does not answer'),
    ])
  })
})
