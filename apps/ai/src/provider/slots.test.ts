import { expect, test } from 'vitest'
import { Slots } from './slots.ts'

const patient = () => new AbortController().signal

test('are given in the order they were asked for', async () => {
  const slots = new Slots({ atOnce: 1, waitingMax: 3 })
  const order: string[] = []
  const first = await slots.take(patient())
  const others = ['a', 'b', 'c'].map(async (name) => {
    const giveBack = await slots.take(patient())
    order.push(name)
    giveBack()
  })
  first()
  await Promise.all(others)
  expect(order).toEqual(['a', 'b', 'c'])
})

test('who leaves the line frees the place in it, and is passed over', async () => {
  const slots = new Slots({ atOnce: 1, waitingMax: 1 })
  const first = await slots.take(patient())
  const leaving = new AbortController()
  const gone = slots.take(leaving.signal)
  await expect(slots.take(patient())).rejects.toMatchObject({ reason: 'busy' })
  leaving.abort()
  await expect(gone).rejects.toMatchObject({ reason: 'slow', wasNotExecuted: true })
  const next = slots.take(patient())
  first()
  expect(await next).toBeTypeOf('function')
})

test('given back twice is given back once', async () => {
  const slots = new Slots({ atOnce: 1, waitingMax: 0 })
  const first = await slots.take(patient())
  first()
  first()
  await slots.take(patient())
  await expect(slots.take(patient())).rejects.toMatchObject({ reason: 'busy' })
})
