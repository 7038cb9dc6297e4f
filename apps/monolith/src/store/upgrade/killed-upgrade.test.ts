import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { addLegacyTurn, addLegacyUser, createLegacyFile } from '../../testing/legacy-file.ts'
import { SECRET } from '../../testing/start-monolith.ts'

const COUNT = 20_000
const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url))

function countsOf(file: string) {
  const db = new Database(file)
  try {
    const columns = db.prepare("SELECT count(*) FROM pragma_table_info('conversations')").pluck().get()
    return {
      columns,
      version: db.pragma('user_version', { simple: true }),
      turns: db.prepare('SELECT count(*) FROM conversations').pluck().get(),
    }
  } finally {
    db.close()
  }
}

test('a process that is killed in the middle of an upgrade leaves the old file', async () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', null)
  const fill = old.db.transaction(() => {
    for (let at = 0; at < COUNT; at++) addLegacyTurn(old, `t${at}`, 'u1', { user_message: `number ${at}` })
  })
  fill()
  old.db.close()
  const monolith = spawn(process.execPath, [MAIN], {
    env: { EMOTIBOT_SQLITE_FILE: old.file, LEGACY_JWT_SECRET: SECRET, EMOTIBOT_LOG_LEVEL: 'silent' },
    stdio: 'ignore',
  })
  await expect.poll(() => existsSync(`${old.file}-journal`), { timeout: 15_000, interval: 5 }).toBe(true)
  monolith.kill('SIGKILL')
  await once(monolith, 'exit')
  expect(countsOf(old.file)).toEqual({ columns: 9, version: 0, turns: COUNT })
})
