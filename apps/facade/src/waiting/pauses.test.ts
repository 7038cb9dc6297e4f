import { describe, expect, it, vi } from 'vitest'
import { Pauses } from './pauses.ts'

const LONG_MS = 60_000

function open() {
  const pauses = new Pauses()
  const woken: string[] = []
  const request = (name: string) => ({ wake: () => woken.push(name) })
  return { pauses, woken, request }
}

describe('a pause', () => {
  it('ends by itself', async () => {
    const { pauses, woken, request } = open()
    pauses.start(request('one'), 5)
    await vi.waitFor(() => expect(woken).toEqual(['one']))
    expect(pauses.size).toBe(0)
  })

  it('ends at once when there is something new to go by, and only once', () => {
    const { pauses, woken, request } = open()
    pauses.start(request('one'), LONG_MS)
    pauses.start(request('two'), LONG_MS)
    pauses.wakeAll()
    pauses.wakeAll()
    expect(woken).toEqual(['one', 'two'])
  })

  it('may be started anew by who is woken', () => {
    const { pauses } = open()
    const stubborn = { wake: () => void pauses.start(stubborn, LONG_MS) }
    pauses.start(stubborn, LONG_MS)
    pauses.wakeAll()
    expect(pauses.size).toBe(1)
    pauses.stop(stubborn)
  })

  it('is over for who left', () => {
    const { pauses, woken, request } = open()
    const one = request('one')
    pauses.start(one, LONG_MS)
    pauses.stop(one)
    pauses.wakeAll()
    expect(woken).toEqual([])
  })

  it('is not for everybody: many who ask again and again are a storm', () => {
    const { pauses, request } = open()
    const all = Array.from({ length: 300 }, (_, n) => request(String(n)))
    const started = all.filter((one) => pauses.start(one, LONG_MS))
    expect(started).toHaveLength(256)
    for (const one of started) pauses.stop(one)
  })
})
