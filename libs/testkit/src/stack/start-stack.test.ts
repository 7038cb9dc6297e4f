import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { createClient } from '@emotibot/contracts'
import { expect, it, onTestFinished } from 'vitest'
import { startFacade } from '../apps/start-facade.ts'
import { connectSocket } from '../http/connect-socket.ts'
import { signIn } from '../users/create-user.ts'
import { startStack } from './start-stack.ts'

it('starts everything at the stages asked for, and leaves nothing behind', async () => {
  const stack = await startStack({ stages: { 'emotion.analyze': { to: 'canary', share: 50 } } })
  const status = await stack.status()
  expect(status.routes.find(({ key }) => key === 'emotion.analyze')).toMatchObject({
    stage: 'canary',
    share: 50,
  })
  const user = await stack.createUser()
  const socket = await connectSocket(stack.facade.url, { cookie: user.cookie })
  await socket.until('ready', ({ type }) => type === 'ready')
  expect((await stack.client(user).call('auth.me', {})).body).toMatchObject({
    user: { username: user.username },
  })
  await stack.close()
  await socket.closed
  for (const url of [stack.facade.url, stack.facade.control, stack.monolith.url, stack.emotion.url])
    await expect(fetch(url)).rejects.toThrow()
  expect(existsSync(dirname(stack.monolith.file))).toBe(false)
})

it('flips a route and rolls it back while a second facade on the same ledger follows', async () => {
  const stack = await startStack()
  const other = await startFacade({
    monolith: stack.monolith,
    emotion: stack.emotion,
    ledgerUrl: stack.facade.ledgerUrl,
  })
  const receipt = await stack.flip(['emotion.analyze'], 'service')
  expect(receipt.moves.map(({ route }) => route)).toEqual(['emotion.analyze'])
  const undone = await stack.rollback({ flip: receipt.flip })
  expect(undone.moves[0]?.to.stage).toBe('monolith')
  await expect(stack.flip(['emotion.analyze'], 'monolith')).rejects.toThrow('409')
  await other.close()
  await stack.close()
})

it('leaves nothing half started when a stage it was asked for is refused', async () => {
  await expect(startStack({ stages: { emotion: { to: 'monolith' } } })).rejects.toThrow('409')
})

it('runs as processes, one of which can be killed', async () => {
  const stages = { 'emotion.analyze': { to: 'canary', share: 99 } } as const
  const stack = await startStack({ processes: true, stages })
  await stack.emotion.kill()
  const answer = await stack.client().call('emotion.analyze', { body: { text: 'I am happy' } })
  expect(answer.status).toBe(200)
  await stack.close()
})

it('carves auth out: what is registered at the monolith is brought to the service', async () => {
  const stack = await startStack({ carvedOut: true, facades: 2 })
  onTestFinished(() => stack.close())
  const user = await stack.createUser()
  await stack.untilInStep()
  const [carveOut] = (await stack.mover.status()).carve_outs
  expect(carveOut).toMatchObject({ state: 'moving', feeds: [{ set_aside: [] }, { set_aside: [] }] })
  for (const { url } of stack.facades) expect((await signIn(url, user)).userId).toBe(user.userId)
})

it('carves several domains out: each service has its rows, and asks others through the front door', async () => {
  const domains = ['auth', 'conversation', 'emotion'] as const
  const stack = await startStack({ carvedOut: domains })
  onTestFinished(() => stack.close())
  const user = await stack.createUser()
  const made = await stack.client(user).call('conversation.create', { body: { title: 'first' } })
  expect(made.status).toBe(201)
  await stack.untilInStep()
  const { carve_outs } = await stack.mover.status()
  expect(carve_outs.map(({ domain }) => domain)).toEqual(domains)
  for (const { feeds } of carve_outs) expect(feeds).toMatchObject([{ set_aside: [] }, { set_aside: [] }])
  const own = createClient({ baseUrl: stack.conversation.url, headers: () => user.bearer })
  expect((await own.call('conversation.list', { query: {} })).body).toMatchObject({
    conversations: [{ title: 'first' }],
  })
})
