import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Stack, startStack } from '@emotibot/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT } from './catalogue/page-sources.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

/** fig as people call it, against a real front door. */
async function fig(...args: string[]) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    EMOTIBOT_CONTROL_URL: stack.facade.control,
    EMOTIBOT_OPERATOR_TOKEN: stack.facade.operatorToken,
  }
  const child = spawn(process.execPath, [join(ROOT, 'apps/fig/src/main.ts'), ...args], { env })
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [exitCode] = (await closed) as [number]
  return { exitCode, out, err }
}

const stageOf = async (key: string) => (await stack.status()).routes.find((route) => route.key === key)

it('plans, flips, explains and rolls back by the id on the receipt', async () => {
  const planned = await fig('plan', 'emotion.analyze', '--to', 'canary', '--share', '25')
  expect(planned).toMatchObject({ exitCode: 0, err: '' })
  expect(planned.out).toContain('emotion.analyze   monolith → canary 25%')

  const flipped = await fig('flip', 'emotion.analyze', '--to', 'canary', '--share', '25', '--json')
  const receipt = JSON.parse(flipped.out) as { flip: string; undo: string }
  expect(await stageOf('emotion.analyze')).toMatchObject({ stage: 'canary', share: 25 })
  expect(receipt.undo).toBe(`./fig rollback ${receipt.flip}`)

  const why = await fig('why', 'nora', 'emotion.analyze')
  expect(why.out).toMatch(/^nora on emotion\.analyze is answered by the (monolith|service)\./)

  const undone = await fig('rollback', receipt.flip)
  expect(undone).toMatchObject({ exitCode: 0, err: '' })
  expect(await stageOf('emotion.analyze')).toMatchObject({ stage: 'monolith', share: 0 })
})

it('refuses with every reason what no service answers, and changes nothing', async () => {
  const { exitCode, err } = await fig('flip', 'auth.login', '--to', 'service')
  expect(exitCode).toBe(1)
  expect(err).toContain('Refused, and nothing was changed:')
  expect(await stageOf('auth.login')).toMatchObject({ stage: 'monolith' })
})

it('writes down who did what and why; frozen, it rolls back but does not flip forward', async () => {
  await fig('flip', 'emotion.analyze', 'emotion.batch', '--to', 'service', '--why', 'to see it move')
  await fig('freeze', '--why', 'hands off')
  const { out } = await fig('audit', '--limit', '5')
  expect(out).toContain('to see it move')
  expect(out).toContain('hands off')
  expect((await fig('rollback', '--all')).exitCode).toBe(0)
  expect((await fig('flip', 'emotion.analyze', '--to', 'service')).exitCode).toBe(1)
  expect((await fig('freeze', '--off')).exitCode).toBe(0)
})

it('shows every route within 80 columns', async () => {
  const { out } = await fig('status')
  expect(out).toContain('conversation.delete_turn')
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([])
})
