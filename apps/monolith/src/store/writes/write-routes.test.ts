import { join } from 'node:path'
import { bodyHash, type Call, createLogger, MisdirectedAnswer, StaleEpochAnswer } from '@emotibot/service-kit'
import { expect, onTestFinished, test } from 'vitest'
import { giveUp, openFile, without } from '../../testing/other-side.ts'
import { testFolder } from '../../testing/start-monolith.ts'
import { openStore } from '../open-store.ts'
import { keepAnswer } from './idempotency.ts'
import { createWriteRoutes } from './write-routes.ts'

const body = { username: 'Ann', email: 'ann@example.org', password: 'x' }
const done = { status: 201, body: 'done' }

/** A call as `mountRoutes` makes it, of a request that these handlers never look at. */
const call = (idempotencyKey: string | null) =>
  ({ body, identity: null, idempotencyKey }) as unknown as Call<'auth.register'>

function open() {
  const file = join(testFolder(), 'emotibot.sqlite')
  const store = openStore({ file, logger: createLogger('test', 'silent') })
  onTestFinished(() => store.close())
  const db = openFile({ file })
  return { store, db, write: createWriteRoutes({ store, now: Date.now, admit: () => undefined }) }
}

test('a partition that moves while a write is prepared is refused by its transaction', async () => {
  const { db, write } = open()
  const prepare = () => giveUp(db, 'auth.claim', without('ann'))
  const refused = write('auth.register', { prepare, commit: () => done })
  await expect(refused(call(null))).rejects.toThrow(StaleEpochAnswer)
})

test('where the request does not say whose it is, the other side is asked who that is', async () => {
  const { db, write } = open()
  const prepare = () => giveUp(db, 'auth.claim', without('bob'))
  const handler = write('auth.register', { prepare, partitionOf: () => 'bob', commit: () => done })
  await expect(handler(call(null))).rejects.toThrow(MisdirectedAnswer)
})

test('an answer that arrives from the other side while a retry is prepared is the answer', async () => {
  const { store, write } = open()
  const kept = { partition: 'ann', status: 201, body: 'first' }
  const claim = { userId: '', key: 'k', route: 'auth.register', group: 'auth.claim', nowMs: 1 } as const
  let commits = 0
  const handler = write('auth.register', {
    prepare() {
      const hash = bodyHash(null, body, ['password'])
      store.write({ group: 'auth.claim', partition: 'ann' }, (tx) =>
        keepAnswer(tx, { ...claim, bodyHash: hash }, kept),
      )
    },
    commit() {
      commits += 1
      return done
    },
  })
  expect(await handler(call('k'))).toMatchObject({ status: 201, body: 'first' })
  expect(commits).toBe(0)
})
