import type { Plan, Receipt, Status } from '@emotibot/contracts'
import { recordFlip } from '@emotibot/flags'
import { describe, expect, it } from 'vitest'
import { type DataStage, inStep, setDataStage } from '../../testing/mover-stand-in.ts'

type Said = Receipt & { code: string; message: string; plan: Plan }
type Answered = { status: number; body: Said }

async function ask({ facade }: DataStage, path: string, body: unknown = {}): Promise<Answered> {
  const answer = await facade.control('POST', path, { body })
  return { status: answer.status, body: (await answer.json()) as Said }
}

const toService = (...names: string[]) => ({ names, to: 'service' })

/** Its mover keeps every domain in step. */
async function setDomains(): Promise<DataStage> {
  const stage = await setDataStage()
  stage.mover.others = [inStep('conversation'), inStep('emotion')]
  return stage
}

/** Ordered, and carried out as its mover would. */
async function carryOut(stage: DataStage, path: string, body: unknown): Promise<Receipt> {
  const answer = ask(stage, path, body)
  await recordFlip(stage.sql, (await stage.ordered()).flip, { epochs: {}, kept: [] })
  const { status, body: receipt } = await answer
  expect(status).toBe(200)
  return receipt
}

const stagesOf = ({ routes }: Status) => new Map(routes.map(({ key, stage }) => [key, stage]))
const domainsIn = ({ moves }: Pick<Plan, 'moves'>) => [
  ...new Set(moves.map(({ route }) => route.slice(0, route.indexOf('.')))),
]

describe('several domains', () => {
  it('go forward one after the other, and come back in one flip', async () => {
    const stage = await setDomains()
    for (const domain of ['conversation', 'emotion', 'auth']) {
      const receipt = await carryOut(stage, '/control/flips', toService(domain))
      expect(domainsIn(receipt)).toEqual([domain])
    }
    const there = stagesOf(await stage.facade.status())
    for (const key of ['auth.login', 'conversation.send', 'emotion.trends'])
      expect(there.get(key)).toBe('service')
    const receipt = await carryOut(stage, '/control/rollback', { all: true })
    expect(domainsIn(receipt).toSorted()).toEqual(['auth', 'conversation', 'emotion'])
    expect(new Set(stagesOf(await stage.facade.status()).values())).toEqual(new Set(['monolith']))
  })

  it('do not go forward in one flip, and the refusal says how else', async () => {
    const { status, body } = await ask(
      await setDomains(),
      '/control/flips',
      toService('conversation', 'emotion'),
    )
    expect([status, body.code]).toEqual([409, 'REFUSED'])
    expect(body.plan.refused).toMatchObject([
      {
        message: expect.stringContaining('would move data at once'),
        next: expect.stringMatching(/^\.\/fig plan/),
      },
    ])
  })

  it('move one at a time: while one is under way the other is refused, naming it, and waits for nothing else', async () => {
    const stage = await setDomains()
    const first = ask(stage, '/control/flips', toService('conversation'))
    const { flip } = await stage.ordered()
    const second = await ask(stage, '/control/flips', toService('emotion'))
    expect([second.status, second.body.plan.refused]).toMatchObject([
      409,
      [{ message: expect.stringContaining(`${flip} is under way`) }],
    ])
    expect((await ask(stage, '/control/flips', toService('emotion.analyze'))).status).toBe(200)
    await recordFlip(stage.sql, flip, { epochs: {}, kept: [] })
    expect((await first).status).toBe(200)
    await carryOut(stage, '/control/flips', toService('emotion'))
  })
})

describe('a mover that knows only some of the domains', () => {
  const unknown = expect.stringContaining('CONVERSATION_DATABASE_URL')

  it('moves those, and says of the others what is missing', async () => {
    const stage = await setDataStage()
    await carryOut(stage, '/control/flips', toService('auth'))
    const refused = await ask(stage, '/control/flips', toService('conversation'))
    expect([refused.status, refused.body.plan.refused]).toMatchObject([409, [{ message: unknown }]])
    expect((await stage.facade.status()).needs).toEqual([])
  })

  it('is asked to copy another one, and the refusal says what is missing', async () => {
    const stage = await setDataStage()
    stage.mover.answer = { status: 404, body: { message: 'No domain "conversation" is carved out.' } }
    const { status, body } = await ask(stage, '/control/carve-outs/conversation/backfill')
    expect([status, body.code, body.message]).toEqual([409, 'REFUSED', unknown])
  })

  it('asks for somebody when one of the others is in use, and not for what reads no rows', async () => {
    const stage = await setDomains()
    await carryOut(stage, '/control/flips', toService('emotion.feedback'))
    stage.mover.others = []
    const needs = async () => (await stage.facade.status()).needs
    expect(await needs()).toEqual([expect.stringContaining('EMOTION_DATABASE_URL')])
    stage.mover.others = [inStep('conversation'), inStep('emotion')]
    expect(await needs()).toEqual([])
    await carryOut(stage, '/control/rollback', { names: ['emotion'] })
    await ask(stage, '/control/flips', toService('emotion.analyze'))
    stage.mover.others = []
    expect(await needs()).toEqual([])
  })
})
