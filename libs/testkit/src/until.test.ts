import { expect, it } from 'vitest'
import { until } from './until.ts'

it('gives the first truthy answer, past those that throw', async () => {
  let asked = 0
  const answer = await until('the third time', () => {
    asked += 1
    if (asked === 1) throw new Error('not yet')
    return asked === 3 ? 'here' : null
  })
  expect(answer).toBe('here')
})

it('says what it waited for in vain, and why', async () => {
  const waiting = until('pigs fly', () => Promise.reject(new Error('no wings')), 30)
  await expect(waiting).rejects.toMatchObject({
    message: 'Waited 30 ms in vain until pigs fly.',
    cause: new Error('no wings'),
  })
})
