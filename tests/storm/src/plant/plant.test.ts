import { openPostgres } from '@emotibot/db'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type Ground, startCalmGround } from '../ground/start-ground.ts'
import type { Journal } from '../journal/journal.ts'
import { type Stormed, storm } from '../storm.ts'
import { type Plant, startPlantedDoor } from './planted-door.ts'
import { plants } from './plants.ts'
import { plantsOfTalks } from './plants-of-talks.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startCalmGround()
})
afterAll(() => ground.close())

/** Another seed for each: people of one storm keep their names in the next. */
let seed = 100
/** That people have done most things once. */
const ENOUGH = 120

const hasMuch = (journal: Journal) => journal.ackedInAll() >= ENOUGH

const calm = (more: Partial<Stormed> = {}): Stormed => {
  seed += 1
  return {
    seed,
    seconds: 60,
    isEnough: hasMuch,
    people: 4,
    hasFaults: false,
    hasFlips: false,
    lateMs: 1_000,
    ...more,
  }
}

async function stormWith(plant: Plant, more: Partial<Stormed> = {}) {
  const door = await startPlantedDoor(ground.stack.facade.url, plant)
  onTestFinished(() => door.close())
  return storm(ground, calm({ doors: [door.url], ...more }))
}

/** Now and then nobody does what the promise is about. */
const TRIES = 10
const TRIED_WITHIN_MS = 300_000

async function untilFound(isFound: () => Promise<boolean>): Promise<boolean> {
  for (let tried = 0; tried < TRIES; tried += 1) if (await isFound()) return true
  return false
}

it(
  'finds nothing where no promise is broken',
  async () => {
    const report = await stormWith({})
    expect(report.violations).toEqual([])
    expect(report.acked).toBeGreaterThan(ENOUGH / 2)
    expect(Object.keys(report.acked_by_route).length).toBeGreaterThan(3)
  },
  TRIED_WITHIN_MS,
)

it.each([...plants, ...plantsOfTalks])(
  'finds $name',
  async ({ plant, found }) => {
    const isFound = async () => {
      const { violations } = await stormWith(plant, {
        isEnough: (journal) => hasMuch(journal) || journal.counts[found] > 0,
      })
      return violations.some(({ kind, what }) => kind === found && what !== '')
    }
    expect(await untilFound(isFound)).toBe(true)
  },
  TRIED_WITHIN_MS,
)

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

async function tamperWithReadings(): Promise<void> {
  const sql = openPostgres(ground.stack.emotion.databaseUrl, { applicationName: 'storm', max: 1 })
  await sql`delete from readings`
  await sql.end({ timeout: 5 })
}

const AT_MONOLITH = [
  ['a turn that lost its reply', "UPDATE conversations SET bot_message = ''", 'is answered ""'],
  ['a reply that never comes', "UPDATE conversations SET reply_status = 'failed'", 'a reply that is failed'],
  ['a turn that sounds like another', "UPDATE conversations SET detected_emotion = 'x'", 'sounds x'],
  ['turns in another order', 'UPDATE conversations SET seq = -seq', 'in the wrong place'],
  ['a conversation with another title', "UPDATE threads SET title = 'x'", 'is called x'],
  ['feedback that says something else', "UPDATE feedback SET emotion = 'x'", 'is felt as x'],
  [
    'a user who is gone from one store',
    'DELETE FROM users WHERE rowid = (SELECT max(rowid) FROM users)',
    'the user is not in the store',
  ],
  ['a session that is gone from one store', 'DELETE FROM sessions', 'is not in the store'],
  ['a password that is another in one store', "UPDATE users SET password_hash = ''", 'PBKDF2'],
  ['a turn that is gone', 'DELETE FROM conversations', 'is not there as'],
] as const

it.each(AT_MONOLITH)(
  'finds %s',
  async (_, statement, what) => {
    const beforeCheck = () => tamper((file) => file.exec(statement))
    const isFound = async () => {
      const { violations } = await storm(ground, calm({ beforeCheck }))
      return violations.some((violation) => violation.what.includes(what))
    }
    expect(await untilFound(isFound)).toBe(true)
  },
  TRIED_WITHIN_MS,
)

it(
  'finds a turn that has no reading',
  async () => {
    const report = await storm(ground, calm({ beforeCheck: tamperWithReadings }))
    expect(report.violations).toContainEqual(
      expect.objectContaining({ kind: 'missing', what: expect.stringContaining('has no reading') }),
    )
  },
  TRIED_WITHIN_MS,
)
