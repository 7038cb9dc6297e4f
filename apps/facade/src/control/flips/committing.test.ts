import { expect, it } from 'vitest'
import { LedgerDownError } from '../errors.ts'
import { OutcomeUnknownError } from '../mover/errors.ts'
import { committing, isDatabaseFault } from './committing.ts'

const failing = (code: string) =>
  committing('a flip', Promise.reject(Object.assign(new Error('of the ledger'), { code })))

it.each(['ECONNREFUSED', '57P03', '53300'])('a ledger that gives no connection is down: %s', async (code) => {
  await expect(failing(code)).rejects.toBeInstanceOf(LedgerDownError)
  expect(isDatabaseFault(Object.assign(new Error(), { code }))).toBe(true)
})

it.each(['CONNECTION_CLOSED', '57P01'])(
  'a connection that breaks leaves the outcome open: %s',
  async (code) => {
    await expect(failing(code)).rejects.toBeInstanceOf(OutcomeUnknownError)
  },
)

it('a fault of ours is passed on as it is', async () => {
  await expect(failing('23505')).rejects.toThrow('of the ledger')
  expect(isDatabaseFault(Object.assign(new Error(), { code: '23505' }))).toBe(false)
})
