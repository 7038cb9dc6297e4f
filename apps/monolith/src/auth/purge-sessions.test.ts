import { join } from 'node:path'
import { createLogger } from '@emotibot/service-kit'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { users } from '../store/tables.ts'
import { giveUp, openFile, without } from '../testing/other-side.ts'
import { testFolder } from '../testing/start-monolith.ts'
import { addSession, purgeSessions, sessionExpiresAtMs } from './sessions.ts'

test('sessions past their end go, leaving tombstones; those of the other side are that side’s to end', () => {
  const file = join(testFolder(), 'emotibot.sqlite')
  const store = openStore({ file, logger: createLogger('test', 'silent') })
  onTestFinished(() => store.close())
  const nowMs = 1_000
  for (const [at, name] of ['ann', 'bob'].entries()) {
    store.write({ group: 'auth', partition: name }, (tx) => {
      const user = {
        id: name,
        username: name,
        email: name,
        passwordHash: '',
        usernameKey: name,
        emailKey: '',
        revision: 1,
        isActive: true,
      }
      tx.insert(users).values(user).run()
      addSession(tx, { id: `old-of-${name}`, userId: name, nowMs })
      addSession(tx, { id: `new-of-${name}`, userId: name, nowMs: nowMs + 1 + at })
    })
  }
  const db = openFile({ file })
  giveUp(db, 'auth', without('bob'))
  purgeSessions(store, sessionExpiresAtMs(nowMs))
  const left = db.prepare('SELECT id FROM sessions ORDER BY id').pluck().all()
  expect(left).toEqual(['new-of-ann', 'new-of-bob', 'old-of-bob'])
  expect(db.prepare('SELECT entity, key FROM tombstones').all()).toEqual([
    { entity: 'session', key: 'old-of-ann' },
  ])
})
