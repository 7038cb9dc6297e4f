import { expect, test } from 'vitest'
import { createKeyQueue } from './key-queue.ts'

test('one key runs one after another, also when one fails; two keys run together', async () => {
  const queue = createKeyQueue({ waitingMax: 5 })
  const log: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = queue.inTurn('a', async () => {
    log.push('a1')
    await gate.promise
    throw new Error('no')
  })
  const second = queue.inTurn('a', async () => log.push('a2'))
  await queue.inTurn('b', async () => log.push('b1'))
  expect(log).toEqual(['a1', 'b1'])
  gate.resolve()
  await expect(first).rejects.toThrow('no')
  await second
  expect(log).toEqual(['a1', 'b1', 'a2'])
})

test('whoever comes when enough wait is BUSY', async () => {
  const queue = createKeyQueue({ waitingMax: 1 })
  const gate = Promise.withResolvers<void>()
  const running = [queue.inTurn('a', () => gate.promise), queue.inTurn('a', () => gate.promise)]
  await expect(queue.inTurn('a', async () => undefined)).rejects.toMatchObject({ code: 'BUSY' })
  gate.resolve()
  await Promise.all(running)
  expect(await queue.inTurn('a', async () => 'free again')).toBe('free again')
})
