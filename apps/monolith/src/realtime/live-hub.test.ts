import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLiveHub, type Listener } from './live-hub.ts'

function listenerOf(userId: string, sid: string) {
  const heard: string[] = []
  const codes: number[] = []
  const listener: Listener = {
    userId,
    sid,
    send: (frameText) => heard.push(frameText),
    close: (code) => codes.push(code),
  }
  return { listener, heard, codes }
}

const userId = fc.constantFrom('anna', 'ben', '', 'undefined', '__proto__')
const sid = fc.constantFrom('s1', 's2', 's3')

test('an event is heard by all of a user’s listeners and nobody else', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(userId, sid)), userId, (joining, to) => {
      const hub = createLiveHub()
      const all = joining.map(([user, session]) => listenerOf(user, session))
      for (const { listener } of all) hub.join(listener)
      hub.publish(to, { type: 'typing' })
      for (const { listener, heard } of all) expect(heard.length).toBe(listener.userId === to ? 1 : 0)
    }),
  )
})

test('closing a session closes its listeners and no others', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(userId, sid)), sid, (joining, ended) => {
      const hub = createLiveHub()
      const all = joining.map(([user, session]) => listenerOf(user, session))
      for (const { listener } of all) hub.join(listener)
      hub.closeSession(ended, 4001)
      for (const { listener, codes } of all) expect(codes).toEqual(listener.sid === ended ? [4001] : [])
    }),
  )
})

test('who left hears no more, also when leaving twice', () => {
  const hub = createLiveHub()
  const [left, stayed] = [listenerOf('anna', 's1'), listenerOf('anna', 's1')]
  const leave = hub.join(left.listener)
  hub.join(stayed.listener)
  leave()
  leave()
  hub.publish('anna', { type: 'typing' })
  expect([left.heard.length, stayed.heard.length]).toEqual([0, 1])
})

test('a listener that leaves while it is closed does not keep the next from being closed', () => {
  const hub = createLiveHub()
  const codes: number[] = []
  for (const name of ['first', 'second']) {
    const leave = hub.join({
      userId: 'anna',
      sid: name,
      send: () => {},
      close(code) {
        leave()
        codes.push(code)
      },
    })
  }
  hub.closeUser('anna', 4001)
  expect(codes).toEqual([4001, 4001])
})
