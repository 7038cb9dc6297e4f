import { eventId, type FrameOut } from '@emotibot/contracts'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { MissedTurns } from './answer-frame.ts'
import { created, settle, startRealtime, turn } from './testing-server.ts'

async function start(...options: Parameters<typeof startRealtime>) {
  const realtime = await startRealtime(...options)
  onTestFinished(() => realtime.close())
  return realtime
}

describe('frames', () => {
  test('ready comes first and says who is signed in', async () => {
    const { open } = await start()
    const page = await open({ token: 'anna~s1' })
    expect(await page.next('ready')).toEqual({ type: 'ready', username: 'anna' })
  })

  test('a preview is answered with the analysis', async () => {
    const { open } = await start()
    const guest = await open()
    guest.send({ type: 'preview', text: 'I am so happy' })
    expect((await guest.next('emotion.preview')).emotion.emotion).toBe('happy')
  })

  test.each([
    ['no JSON', '{"type":'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"shout"}'],
    ['a type of the other direction', '{"type":"ready","username":"anna"}'],
    ['a type that every object has', '{"type":"constructor"}'],
    ['a field too many', '{"type":"typing","to":"ben"}'],
    ['a blank text', '{"type":"preview","text":" "}'],
    ['a text that is no text', '{"type":"preview","text":{}}'],
    ['U+0000', '{"type":"preview","text":"a\\u0000"}'],
    ['ids that are none', '{"type":"resume","seen":["1"]}'],
    [
      'too many ids',
      JSON.stringify({ type: 'resume', seen: Array.from({ length: 201 }, (_, at) => `t.${at + 1}`) }),
    ],
  ])('a frame with %s gets an error frame and the socket stays', async (_, frame) => {
    const { open } = await start()
    const page = await open({ token: 'anna~s1' })
    page.send(frame)
    expect((await page.next('error')).error.code).toBe('BAD_REQUEST')
    await settle(page)
  })

  test('a binary frame gets an error frame', async () => {
    const { open } = await start()
    const page = await open()
    page.socket.send(Buffer.from('{"type":"typing"}'))
    expect((await page.next('error')).error.code).toBe('BAD_REQUEST')
  })

  test('a frame over the size limit closes its socket alone', async () => {
    const { open } = await start()
    const [large, other] = [await open(), await open()]
    large.send('x'.repeat(64 * 1024 + 1))
    expect(await large.closed).toBe(1009)
    await settle(other)
  })
})

describe('resume', () => {
  const missed = (frames: FrameOut[]): MissedTurns => ({ kind: 'events', frames })

  test('sends what the store says was missed, asked for this user', async () => {
    const asked: unknown[] = []
    const changedTurnsSince = (userId: string, seen: string[]) => {
      asked.push([userId, seen])
      return missed([created, { ...created, type: 'turn.updated', event_id: eventId(turn.id, 2) }])
    }
    const { open } = await start({ changedTurnsSince })
    const page = await open({ token: 'anna~s1' })
    page.send({ type: 'resume', seen: ['turn-0.1'] })
    await page.next('turn.created')
    await page.next('turn.updated')
    expect(asked).toEqual([['id-of-anna', ['turn-0.1']]])
  })

  test('nothing seen is a resync, without asking the store', async () => {
    const { open } = await start({ changedTurnsSince: () => missed([created]) })
    const page = await open({ token: 'anna~s1' })
    page.send({ type: 'resume', seen: [] })
    await page.next('resync')
  })

  test('more than a page can take is a resync', async () => {
    const { open } = await start({
      changedTurnsSince: () => missed(Array.from({ length: 201 }, () => created)),
    })
    const page = await open({ token: 'anna~s1' })
    page.send({ type: 'resume', seen: ['turn-0.1'] })
    await page.next('resync')
  })

  test('two hundred long turns are no slow reader', async () => {
    const long = { ...created, turn: { ...turn, user_message: 'x'.repeat(10_000) } }
    const changedTurnsSince = () => missed(Array.from({ length: 200 }, () => long))
    const { open } = await start({ changedTurnsSince, limits: { unreadBytes: 64 * 1024 } })
    const page = await open({ token: 'anna~s1' })
    page.send({ type: 'resume', seen: ['turn-0.1'] })
    for (let count = 0; count < 200; count++) await page.next('turn.created')
  })

  test('a guest is told to sign in', async () => {
    const { open } = await start()
    const guest = await open()
    guest.send({ type: 'resume', seen: ['turn-0.1'] })
    expect((await guest.next('error')).error.code).toBe('UNAUTHENTICATED')
  })

  test('a store that fails costs an error frame, not the socket', async () => {
    const { open } = await start({ changedTurnsSince: () => Promise.reject(new Error('disk full')) })
    const page = await open({ token: 'anna~s1' })
    page.send({ type: 'resume', seen: ['turn-0.1'] })
    const { error } = await page.next('error')
    expect(error.code).toBe('INTERNAL')
    expect(error.message).not.toContain('disk')
    await settle(page)
  })
})
