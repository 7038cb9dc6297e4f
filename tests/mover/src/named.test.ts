// Hazards by their names, end to end: the applications, the mover and the front door as processes, on a Postgres that is
// nobody else's, so that a transaction may be left open in it.
import { setTimeout as delay } from 'node:timers/promises'
import { bucketOf, fold } from '@emotibot/contracts'
import { openPostgres, type Sql, type TransactionSql } from '@emotibot/db'
import { openPostgresWrite } from '@emotibot/sync'
import {
  type CarvedOutStack,
  type PrivatePostgres,
  signIn,
  startPrivatePostgres,
  startStack,
  uniqueName,
  until,
} from '@emotibot/testkit'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'

let postgres: PrivatePostgres
let stack: CarvedOutStack
let sql: Sql
beforeAll(async () => {
  postgres = await startPrivatePostgres()
  const { createDatabase } = postgres
  stack = await startStack({ processes: true, carvedOut: true, createDatabase })
  sql = openPostgres(stack.auth.databaseUrl, { applicationName: 'test', max: 4 })
}, 120_000)
afterAll(async () => {
  await sql.end({ timeout: 5 })
  await stack.close()
  await postgres.close()
})

const toService = () => moveTo('service')
const toMonolith = () => moveTo('monolith')

async function moveTo(side: 'service' | 'monolith'): Promise<void> {
  const { routes } = await stack.status()
  const isThere = routes.filter(({ group }) => group?.startsWith('auth')).every(({ stage }) => stage === side)
  if (isThere) return
  if (side === 'service') await stack.flip(['auth'], 'service')
  else await stack.rollback({ names: ['auth'] })
}

const NOBODYS_VERIFIER = `$pbkdf2-sha256$29000$c2FsdA$${'A'.repeat(43)}`

/** A user's row, as the service writes it under its authority. */
async function addUser(tx: TransactionSql, username: string): Promise<string> {
  const id = crypto.randomUUID()
  const email = `${username}@x.example`
  const now = new Date().toISOString()
  await openPostgresWrite(tx, { group: 'auth', partition: fold(username) })
  await tx`
    insert into users (id, username, username_key, email, email_key, legacy_verifier, is_active, created_at,
      updated_at, revision)
    values (${id}, ${username}, ${fold(username)}, ${email}, ${fold(email)}, ${NOBODYS_VERIFIER}, true, ${now},
      ${now}, 1)`
  return id
}

/** A transaction that stays open until it is told. */
async function leaveOpen(work: (tx: TransactionSql) => Promise<unknown>): Promise<() => Promise<void>> {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const { promise: hasBegun, resolve: began, reject } = Promise.withResolvers<void>()
  const committed = sql.begin(async (tx) => {
    await work(tx)
    began()
    await mayEnd
  })
  committed.catch(reject)
  await hasBegun
  return async () => {
    end()
    await committed
  }
}

function isAtMonolith(id: string): boolean {
  const file = new Database(stack.monolith.file, { readonly: true })
  try {
    return file.prepare('SELECT 1 FROM users WHERE id = ?').get(id) !== undefined
  } finally {
    file.close()
  }
}

it('brings both of two that commit out of order', async () => {
  await toService()
  let first = ''
  const commitFirst = await leaveOpen(async (tx) => {
    first = await addUser(tx, uniqueName('first'))
  })
  const second = await sql.begin((tx) => addUser(tx, uniqueName('second')))
  // The second is committed, and its place is behind one that may still commit.
  expect([isAtMonolith(first), isAtMonolith(second)]).toEqual([false, false])
  await commitFirst()
  await until('both are there', () => isAtMonolith(first) && isAtMonolith(second), 20_000)
}, 60_000)

it('waits for a writer that passed the check before the fence, and brings what it wrote', async () => {
  await toService()
  let id = ''
  const username = uniqueName('between')
  const commit = await leaveOpen(async (tx) => {
    id = await addUser(tx, username)
  })
  let hasFlipped = false
  const flipping = toMonolith().then(() => {
    hasFlipped = true
  })
  await delay(300)
  expect(hasFlipped).toBe(false)
  await commit()
  await flipping
  expect(isAtMonolith(id)).toBe(true)
  await expect(sql.begin((tx) => addUser(tx, uniqueName('after')))).rejects.toThrow()
}, 60_000)

it('does not flip over a feed that a long transaction of another database stalls, and flips when it has ended', async () => {
  await toService()
  const other = openPostgres((await postgres.createDatabase()).url, { applicationName: 'other', max: 1 })
  onTestFinished(() => other.end({ timeout: 5 }))
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const { promise: hasBegun, resolve: began } = Promise.withResolvers<void>()
  const long = other.begin(async (tx) => {
    await tx`select pg_current_xact_id()`
    began()
    await mayEnd
  })
  await hasBegun
  const user = await stack.createUser()
  const refused = await toMonolith().then(
    () => null,
    (cause: unknown) => String(cause),
  )
  expect(refused).not.toBeNull()
  // Everything is as before: they are served where they were.
  expect((await signIn(stack.facade.url, user)).userId).toBe(user.userId)
  expect(isAtMonolith(user.userId)).toBe(false)
  end()
  await long
  await stack.untilInStep()
  await toMonolith()
  expect((await signIn(stack.facade.url, user)).userId).toBe(user.userId)
}, 90_000)

it('ends a session everywhere at once while the mover is away', async () => {
  await toMonolith()
  await stack.flip(['auth'], 'canary', 50)
  const people = [await userBelow(50), await userFrom(50)]
  await stack.untilInStep()
  await stack.mover.kill()
  for (const { bearer } of people) {
    const answer = await fetch(`${stack.facade.url}/api/auth/logout`, { method: 'POST', headers: bearer })
    expect(answer.status).toBe(204)
    for (const path of ['/api/auth/me', '/api/conversations'])
      expect((await fetch(stack.facade.url + path, { headers: bearer })).status).toBe(401)
  }
  await stack.mover.restart()
  await stack.untilInStep()
  for (const { bearer } of people)
    expect((await fetch(`${stack.facade.url}/api/conversations`, { headers: bearer })).status).toBe(401)
}, 60_000)

const userBelow = (share: number) => userWith((bucket) => bucket < share)
const userFrom = (share: number) => userWith((bucket) => bucket >= share)

async function userWith(fits: (bucket: number) => boolean) {
  let username = uniqueName()
  while (!fits(bucketOf(fold(username)))) username = uniqueName()
  return stack.createUser({ username })
}

it('gives a name out once, however it is written and whoever gives it out', async () => {
  const register = async (username: string) => {
    const body = JSON.stringify({ username, email: `${crypto.randomUUID()}@x.example`, password: 'p' })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${stack.facade.url}/api/auth/register`, { method: 'POST', headers, body })
    return answer.status
  }
  const stem = uniqueName()
  await toMonolith()
  expect([await register(`Émilie ${stem}`), await register(`émilie ${stem}`)]).toEqual([201, 400])
  await toService()
  expect([await register(`ÉMILIE ${stem}`), await register(`ÅSA ${stem}`)]).toEqual([400, 201])
  await toMonolith()
  expect(await register(`åsa ${stem}`)).toBe(400)
}, 60_000)
