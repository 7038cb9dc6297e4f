import { describe, expect, onTestFinished, test } from 'vitest'
import { created, settle, startRealtime } from './testing-server.ts'

async function start(...options: Parameters<typeof startRealtime>) {
  const realtime = await startRealtime(...options)
  onTestFinished(() => realtime.close())
  return realtime
}

describe('who hears what', () => {
  test('two users never hear each other', async () => {
    const { open, hub } = await start()
    const [anna, ben] = [await open({ token: 'anna~s1' }), await open({ token: 'ben~s2' })]
    hub.publish('id-of-anna', created)
    anna.send({ type: 'typing' })
    expect(await anna.next('turn.created')).toEqual(created)
    await settle(anna, ben)
    expect(ben.frames.map(({ type }) => type)).toEqual(['ready'])
  })

  test('every tab of a user hears every event, by whichever way its token came', async () => {
    const { open, hub } = await start()
    const tabs = [await open({ token: 'anna~s1' }), await open({ token: 'anna~s2', via: 'bearer' })]
    hub.publish('id-of-anna', created)
    for (const tab of tabs) expect(await tab.next('turn.created')).toEqual(created)
  })

  test('a guest hears of nobody', async () => {
    const { open, hub } = await start()
    const guest = await open()
    hub.publish('id-of-anna', created)
    hub.publish('', created)
    hub.publish('undefined', created)
    await settle(guest)
    expect(guest.frames).toEqual([{ type: 'ready', username: null }])
  })

  test('typing is told to the other tabs only', async () => {
    const { open } = await start()
    const [first, second] = [await open({ token: 'anna~s1' }), await open({ token: 'anna~s1' })]
    first.send({ type: 'typing' })
    await second.next('typing')
    await settle(first)
    expect(first.frames.map(({ type }) => type)).toEqual(['ready'])
  })

  test('a socket that breaks does not keep the others from hearing', async () => {
    const { open, hub } = await start()
    const [broken, whole] = [await open({ token: 'anna~s1' }), await open({ token: 'anna~s1' })]
    broken.socket.terminate()
    hub.publish('id-of-anna', created)
    expect(await whole.next('turn.created')).toEqual(created)
  })
})

describe('who may open a socket', () => {
  test.each([null, 'http://evil.example', 'null', 'not a url'])(
    'Origin %s is refused before the upgrade',
    async (origin) => {
      const { open } = await start()
      await expect(open({ origin, token: 'anna~s1' })).rejects.toThrow('403')
    },
  )

  test.each(['nonsense', 'anna~ended'])('the token %s closes with 4001', async (token) => {
    const { open, endedSessions } = await start()
    endedSessions.add('ended')
    const page = await open({ token })
    expect(await page.closed).toBe(4001)
    expect(page.frames).toEqual([])
  })

  test('an Authorization header that is no bearer token closes with 4001', async () => {
    const { open } = await start()
    expect(await (await open({ token: '(', via: 'bearer' })).closed).toBe(4001)
  })

  test('a store that cannot check a token refuses the upgrade', async () => {
    const { open } = await start({ verify: () => Promise.reject(new Error('locked')) })
    await expect(open({ token: 'anna~s1' })).rejects.toThrow('500')
  })
})
