// Bad input at three in the morning: each is refused with every reason, exit 1, and nothing is changed.
import { openPostgres } from '@emotibot/db'
import { writeInSqlite } from '@emotibot/sync'
import { createUser, until } from '@emotibot/testkit'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { type Ground, startGround } from './ground.ts'

const TO_SERVICE = ['auth', '--to', 'service']

/** Runs a flip that must be refused; answers what was said. */
async function refused(ground: Ground, ...args: string[]): Promise<string> {
  const before = await ground.picture()
  const { exitCode, out, err } = await ground.fig(...args)
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
  expect(err).toContain('nothing was changed')
  expect(await ground.picture()).toEqual(before)
  return spaced(err)
}

/** Lines are broken at 80 columns. */
const spaced = (text: string): string => text.replaceAll(/\s+/g, ' ')

async function copied(): Promise<Ground> {
  const ground = await startGround()
  await createUser(ground.facade.url)
  await ground.done('backfill', 'auth')
  await ground.untilFree(...TO_SERVICE)
  return ground
}

it('a flip of a domain that was never copied, to a service that is down, says both', async () => {
  const ground = await startGround()
  await ground.auth.close()
  const said = await refused(ground, 'flip', ...TO_SERVICE)
  expect(said).toContain('auth was never copied')
  expect(said).toContain('next: ./fig backfill auth')
  expect(said).toContain('The auth service is not ready')
}, 60_000)

it('no flip that moves data, forward or back, while the mover is down; --force passes over nothing', async () => {
  const ground = await copied()
  await ground.mover.kill()
  expect(await refused(ground, 'flip', ...TO_SERVICE)).toContain('The mover does not answer')
  expect(await refused(ground, 'flip', ...TO_SERVICE, '--force')).toContain('The mover does not answer')
  const { exitCode, out } = await ground.fig('status', '--check')
  expect([exitCode, out]).toEqual([1, expect.stringContaining('The mover is down')])
  await ground.mover.restart()
  await ground.untilFree(...TO_SERVICE)
}, 60_000)

it('no flip forward with a change set aside; it is listed, settled once it is mended, and free again', async () => {
  const ground = await copied()
  const file = new Database(ground.monolith.file)
  onTestFinished(() => void file.close())
  const write = (sql: string) => writeInSqlite(file, { group: 'auth', partition: '' }, () => file.exec(sql))
  write("INSERT INTO users (id, username, email, password_hash) VALUES (x'6f6464', 'odd', '', '')")
  await until('it is set aside', async () => (await ground.fig('set-aside', 'auth')).out.includes('user'))
  expect(await refused(ground, 'flip', ...TO_SERVICE)).toMatch(
    /1 change of auth could not be applied.*next: .\/fig set-aside auth/,
  )
  const left = await ground.fig('settle', 'auth')
  expect([left.exitCode, left.out]).toEqual([1, expect.stringContaining('1 left')])
  write("DELETE FROM users WHERE id = x'6f6464'")
  await until('nothing is left', async () => (await ground.fig('settle', 'auth')).exitCode === 0)
  await ground.untilFree(...TO_SERVICE)
}, 60_000)

it('no flip forward with a row in conflict; it is listed, dismissed by who looked at it, and free again', async () => {
  const ground = await copied()
  const sql = openPostgres(ground.auth.databaseUrl, { applicationName: 'conflict', max: 1 })
  onTestFinished(() => sql.end({ timeout: 1 }))
  // What a step leaves that finds its row changed here too.
  await sql`
    insert into conflicts (source, entity, key, winner, epoch_here, epoch_source, loser)
    values ('monolith', 'user', 'u-1', 'here', 2, 1, '{}')`
  await until('it is seen', async () => (await ground.fig('status', '--check')).out.includes('1 conflict'))
  expect(await refused(ground, 'flip', ...TO_SERVICE)).toMatch(
    /1 row of auth was changed on both sides.*next: .\/fig set-aside auth/,
  )
  const listed = spaced((await ground.fig('set-aside', 'auth')).out)
  expect(listed).toMatch(/user u-1, kept: the service.*\.\/fig settle auth --conflicts/)
  await ground.done('settle', 'auth', '--conflicts', '--why', 'looked at')
  expect(spaced((await ground.fig('audit')).out)).toContain('conflicts 1 at the service dismissed')
  await ground.untilFree(...TO_SERVICE)
}, 60_000)

it('no flip forward with a lag over the budget', async () => {
  const ground = await copied()
  const sql = openPostgres(ground.auth.databaseUrl, { applicationName: 'lock', max: 1 })
  onTestFinished(() => sql.end({ timeout: 1 }))
  const free = Promise.withResolvers<void>()
  const holding = sql.begin(async (tx) => {
    await tx`lock table users in share row exclusive mode`
    await free.promise
  })
  await createUser(ground.monolith.url)
  const isLate = async () =>
    spaced((await ground.fig('plan', ...TO_SERVICE)).out).includes('behind; a flip is begun below')
  await until('the feed is late', isLate, 20_000)
  expect(await refused(ground, 'flip', ...TO_SERVICE)).toMatch(/from the monolith to the service.*behind/)
  free.resolve()
  await holding
  await ground.untilFree(...TO_SERVICE)
}, 60_000)

it('nothing comes out of retired', async () => {
  const ground = await startGround()
  const route = 'emotion.analyze'
  await ground.done('flip', route, '--to', 'service')
  await ground.done('flip', route, '--to', 'retired')
  for (const args of [
    ['flip', route, '--to', 'monolith'],
    ['rollback', route],
    ['flip', route, '--to', 'canary', '--share', '5'],
  ])
    expect(await refused(ground, ...args)).toContain('is retired')
}, 60_000)
