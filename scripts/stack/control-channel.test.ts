import { expect, it, onTestFinished } from 'vitest'
import type { Part } from '../supervisor/part.ts'
import { Supervisor } from '../supervisor/supervisor.ts'
import { openControlChannel } from './control-channel.ts'

const part = (name: string, isReplicable: boolean): Part => ({
  name,
  dependsOn: [],
  isReplicable,
  launch: async () => {
    const ended = Promise.withResolvers<{ code: null; signal: null }>()
    const stop = async () => ended.resolve({ code: null, signal: null })
    return { pid: 1, exited: ended.promise, stop }
  },
})

async function start() {
  const ready: string[] = []
  const supervisor = new Supervisor([part('auth', true), part('facade', false)], ({ kind, name }) => {
    if (kind === 'ready') ready.push(name)
  })
  await supervisor.start()
  const channel = await openControlChannel(supervisor, 'token')
  onTestFinished(async () => {
    channel.close()
    await supervisor.stop()
  })
  ready.length = 0
  const order = async (path: string, token = 'token') => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(channel.url + path, { method: 'POST', headers })
    return { status: answer.status, ...((await answer.json()) as { message: string }) }
  }
  return { ready, order }
}

it('an app that may be several is made as many as are asked for, and restarted one by one', async () => {
  const { ready, order } = await start()
  expect(await order('/parts/auth/scale/3')).toEqual({ status: 200, message: 'auth: 3 processes run.' })
  expect(ready).toEqual(['auth', 'auth'])
  expect((await order('/parts/auth/restart')).status).toBe(200)
  expect(ready).toHaveLength(5)
  expect((await order('/parts/auth/scale/0')).message).toBe('auth: 0 processes run.')
})

it('what runs as one process stays one, and every other nonsense is refused with its reason', async () => {
  const { ready, order } = await start()
  const refused = await order('/parts/facade/scale/2')
  expect(refused).toMatchObject({ status: 409, message: expect.stringContaining('may be several: auth.') })
  expect(await order('/parts/auth/scale/5')).toMatchObject({
    status: 409,
    message: expect.stringContaining('0 to 4'),
  })
  expect(await order('/parts/auth/scale')).toMatchObject({ status: 409 })
  expect((await order('/parts/songs/restart')).message).toContain('There are: auth, facade')
  expect((await order('/parts/auth/explode')).status).toBe(400)
  expect((await order('/parts/auth/restart', 'guess')).status).toBe(401)
  expect(ready).toEqual([])
})
