import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type Ground, startCalmGround } from '../ground/start-ground.ts'
import { type Stormed, storm } from '../storm.ts'
import { type Plant, startPlantedDoor } from './planted-door.ts'
import { plants } from './plants.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startCalmGround()
})
afterAll(() => ground.close())

/** Another seed for each: people of one storm keep their names in the next. */
let seed = 100
const calm = (more: Partial<Stormed> = {}): Stormed => {
  seed += 1
  return { seed, seconds: 2, people: 4, hasFaults: false, hasFlips: false, lateMs: 1_000, ...more }
}

async function stormWith(plant: Plant, more: Partial<Stormed> = {}) {
  const door = await startPlantedDoor(ground.stack.facade.url, plant)
  onTestFinished(() => door.close())
  return storm(ground, calm({ doors: [door.url], ...more }))
}

it('finds nothing where no promise is broken', async () => {
  const report = await stormWith({})
  expect(report.violations).toEqual([])
  expect(report.acked).toBeGreaterThan(20)
  expect(Object.keys(report.acked_by_route).length).toBeGreaterThan(3)
})

it.each(plants)('finds $name', async ({ plant, found }) => {
  const report = await stormWith(plant)
  expect(report[found]).toBeGreaterThan(0)
  const kept = report.violations.find(({ kind }) => kind === found)
  expect(kept?.what).not.toBe('')
})

/** As no program of ours can: past the triggers. */
function tamper(change: (file: Database.Database) => void): void {
  const file = new Database(ground.stack.monolith.file)
  const triggers = file
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all()
  for (const { name } of triggers) file.exec(`DROP TRIGGER ${name}`)
  change(file)
  for (const { sql } of triggers) file.exec(sql)
  file.close()
}

it.each([
  [
    'a user who is gone from one store',
    'DELETE FROM users WHERE rowid = (SELECT max(rowid) FROM users)',
    'missing',
  ],
  ['a session that is gone from one store', 'DELETE FROM sessions', 'missing'],
  ['a password that is another in one store', "UPDATE users SET password_hash = ''", 'missing'],
  ['a turn that is gone', 'DELETE FROM conversations', 'missing'],
] as const)('finds %s', async (_, statement, found) => {
  const beforeCheck = () => tamper((file) => file.exec(statement))
  const report = await storm(ground, calm({ beforeCheck }))
  expect(report[found]).toBeGreaterThan(0)
})
