import type { TransactionSql } from '@emotibot/db'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Fence, FenceOptions } from './authority.ts'
import { StaleEpochError } from './errors.ts'
import { openPostgresWrite } from './postgres/open-write.ts'
import { OWNS_ALL, OWNS_NONE } from './rule.ts'
import { closeWrite, openWrite } from './sqlite/open-write.ts'
import type { AuthorityStore } from './store.ts'
import { giveToService } from './test/give-to.ts'
import { openMonolithFile } from './test/monolith-schema.ts'
import { untilApplied } from './test/settle.ts'
import { createTwoSides, type TwoSides, whilePumping } from './test/two-sides.ts'
import { until } from './test/until.ts'

const ANNA = { group: 'auth', partition: 'anna' } as const
const PATIENT = { lockWithinMs: 5_000 }
const GIVE_UP: Fence = { kind: 'giveUp', fromEpoch: 1, epoch: 2, rule: OWNS_NONE }
const GIVE_UP_AGAIN: Fence = { kind: 'giveUp', fromEpoch: 2, epoch: 3, rule: OWNS_NONE }

const fenceAuth = ({ authority }: { authority: AuthorityStore }, fence: Fence, options: FenceOptions) =>
  authority.fence([{ group: 'auth', ...fence }], options)

/** Whether somebody waits for a group's lock in this database. */
async function isWaited(sides: TwoSides): Promise<boolean> {
  const waiting = await sides.sql`
    select 1 from pg_locks join pg_database d on d.oid = database
    where locktype = 'advisory' and not granted and datname = current_database()`
  return waiting.length > 0
}

const addAnna = (tx: TransactionSql) => tx`insert into persons values ('p1', 'Anna', 'anna', 's')`

describe('in the monolith', () => {
  it('a writer that passed the check commits before the fence has the lock, and is within its position', async () => {
    const sides = await createTwoSides()
    sides.db.exec('begin immediate')
    openWrite(sides.db, ANNA)
    const fence = fenceAuth(sides.monolith, GIVE_UP, PATIENT)
    // It has asked once by now, and was told that the file is busy.
    expect(await Promise.race([fence, 'asks again'])).toBe('asks again')
    sides.db.exec(`insert into people values ('p1', 'Anna', 'anna', 's', null)`)
    const written = closeWrite(sides.db)
    sides.db.exec('commit')
    expect(await fence).toMatchObject({ outcome: 'done', position: written, rows: [{ epoch: 2 }] })
  })

  it('a writer that comes after the fence is refused', async () => {
    const sides = await createTwoSides()
    await fenceAuth(sides.monolith, GIVE_UP, PATIENT)
    expect(() =>
      sides.writeMonolith('anna', `insert into people values ('p1', 'A', 'anna', 's', null)`),
    ).toThrow(StaleEpochError)
  })

  it('a fence that does not get the lock in time changes nothing', async () => {
    const sides = await createTwoSides()
    const other = openMonolithFile(sides.file)
    onTestFinished(() => void other.close())
    other.exec('begin immediate')
    expect(await fenceAuth(sides.monolith, GIVE_UP, { lockWithinMs: 30 })).toEqual({
      outcome: 'busy',
    })
    other.exec('rollback')
    expect(await sides.monolith.authority.read('auth')).toMatchObject({ epoch: 1, rule: OWNS_ALL })
  })
})

describe('in the service', () => {
  const serviceOwns = async (): Promise<TwoSides> => {
    const sides = await createTwoSides()
    await giveToService(sides, 'everybody')
    return sides
  }

  it('a writer that passed the check commits before the fence has the lock, and is within its position', async () => {
    const sides = await serviceOwns()
    const passed = Promise.withResolvers<void>()
    const mayWrite = Promise.withResolvers<void>()
    const writer = sides.sql.begin(async (tx) => {
      await openPostgresWrite(tx, ANNA)
      passed.resolve()
      await mayWrite.promise
      await addAnna(tx)
    })
    await passed.promise
    const fence = fenceAuth(sides.service, GIVE_UP_AGAIN, PATIENT)
    await until(() => isWaited(sides))
    mayWrite.resolve()
    await writer
    const fenced = await fence
    if (fenced.outcome !== 'done') throw new Error(fenced.outcome)
    const pump = sides.pump('service')
    await whilePumping([pump], () => untilApplied(sides, 'service', pump))
    expect(sides.db.prepare('select id from people').all()).toEqual([{ id: 'p1' }])
    const [xid] = await sides.sql<{ xid: string }[]>`select max(xid::text::bigint)::text as xid from feed`
    expect(Number(xid?.xid)).toBeLessThan(Object.values(fenced.position)[0] ?? 0)
  })

  it('a writer that waits behind the fence reads the row that the fence wrote, and is refused', async () => {
    const sides = await serviceOwns()
    const mayCommit = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const fencing = sides.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended('emotibot group auth', 0))`
      locked.resolve()
      await mayCommit.promise
      await tx`update authority set epoch = 3, low = 0, high = 0 where write_group = 'auth'`
    })
    await locked.promise
    const writer = sides.writeService('anna', addAnna)
    const outcome = writer.then(
      () => 'written',
      (error: unknown) => error,
    )
    await until(() => isWaited(sides))
    mayCommit.resolve()
    await fencing
    expect(await outcome).toBeInstanceOf(StaleEpochError)
    expect(await sides.sql`select id from persons`).toEqual([])
  })

  it('a write in a snapshot that is older than the lock is not opened', async () => {
    const sides = await serviceOwns()
    const write = sides.sql.begin('isolation level repeatable read', (tx) => openPostgresWrite(tx, ANNA))
    await expect(write).rejects.toThrow(/READ COMMITTED/)
  })

  it('a write that was refused leaves no mark to write under', async () => {
    const sides = await createTwoSides()
    const write = sides.sql.begin(async (tx) => {
      await expect(openPostgresWrite(tx, ANNA)).rejects.toThrow(StaleEpochError)
      await addAnna(tx)
    })
    await expect(write).rejects.toThrow(/EMOTIBOT_UNMARKED/)
  })

  it('a fence that does not get the lock in time changes nothing', async () => {
    const sides = await serviceOwns()
    await sides.sql.begin(async (tx) => {
      await openPostgresWrite(tx, ANNA)
      const fence = await fenceAuth(sides.service, GIVE_UP_AGAIN, { lockWithinMs: 30 })
      expect(fence).toEqual({ outcome: 'busy' })
    })
    expect(await sides.service.authority.read('auth')).toMatchObject({ epoch: 2, rule: OWNS_ALL })
  })

  it('a plain write to a table of the feed is refused in every form', async () => {
    const sides = await serviceOwns()
    await sides.writeService('anna', addAnna)
    const statements = [
      `insert into persons values ('p2', 'Bob', 'bob', 's')`,
      `insert into persons values ('p1', 'A', 'anna', 's') on conflict (id) do update set name = 'A'`,
      `update persons set name = 'A'`,
      'delete from persons',
      'truncate persons cascade',
      `set session_replication_role = replica; delete from persons`,
      `copy persons (id, name, name_key, legacy_secret) from program 'printf "p3\\tc\\tc\\ts\\n"'`,
    ]
    for (const statement of statements) {
      const plain = sides.sql.begin((tx) => tx.unsafe(statement))
      await expect(plain, statement).rejects.toThrow(/EMOTIBOT_UNMARKED/)
    }
    expect(await sides.sql`select name from persons`).toEqual([{ name: 'Anna' }])
  })

  it('a mark ends with its transaction', async () => {
    const sides = await serviceOwns()
    // The driver reserves a connection that is open; one it would have to open first it never hands out.
    await sides.sql`select 1`
    const connection = await sides.sql.reserve()
    await connection`begin`
    await openPostgresWrite(connection, ANNA)
    await connection`commit`
    await expect(connection`update persons set name = 'A' where false returning 1`).resolves.toEqual([])
    await expect(connection`insert into persons values ('p2', 'Bob', 'bob', 's')`).rejects.toThrow(/UNMARKED/)
    connection.release()
  })
})

describe.each(['monolith', 'service'] as const)('the authority row of the %s', (side) => {
  it('takes only growing epochs, from the one that the driver saw', async () => {
    const store = (await createTwoSides())[side]
    const before = await store.authority.read('auth')
    const { rule } = before
    expect(await fenceAuth(store, { kind: 'close', fromEpoch: 1, epoch: 5 }, PATIENT)).toMatchObject({
      outcome: 'done',
      rows: [{ epoch: 5, rule }],
    })
    const late = await fenceAuth(store, { kind: 'open', fromEpoch: 1, epoch: 2, rule: OWNS_ALL }, PATIENT)
    expect(late).toMatchObject({ outcome: 'refused', reason: 'auth: epoch 2 is not above 5' })
    const guess = await fenceAuth(store, { kind: 'open', fromEpoch: 1, epoch: 6, rule: OWNS_ALL }, PATIENT)
    expect(guess).toMatchObject({ outcome: 'refused', reason: 'auth: epoch is 5, not 1' })
  })

  it('changes with those of other groups, in one transaction, or none does', async () => {
    const store = (await createTwoSides())[side]
    const [auth, claim] = await store.authority.readAll(['auth', 'auth.claim'])
    if (!auth || !claim) throw new Error('rows are missing')
    const close = { kind: 'close', fromEpoch: 1, epoch: 2, flip: 'f1' } as const
    const half = await store.authority.fence(
      [
        { group: 'auth', ...close },
        { group: 'auth.claim', ...close, fromEpoch: 7, epoch: 8 },
      ],
      PATIENT,
    )
    expect(half).toEqual({
      outcome: 'refused',
      rows: [auth, claim],
      reason: 'auth.claim: epoch is 1, not 7',
    })
    expect(await store.authority.readAll(['auth', 'auth.claim'])).toEqual([auth, claim])
    const whole = await store.authority.fence(
      [
        { group: 'auth.claim', ...close },
        { group: 'auth', ...close },
      ],
      PATIENT,
    )
    const changed = { epoch: 2, flip: 'f1' }
    expect(whole).toMatchObject({
      outcome: 'done',
      rows: [
        { ...claim, ...changed },
        { ...auth, ...changed },
      ],
    })
  })

  it('remembers what it gave up, and for which flip, until it is opened or closed', async () => {
    const { authority } = (await createTwoSides())[side]
    const { rule } = await authority.read('auth')
    const taken = { group: 'auth', flip: 'f1' } as const
    await authority.fence([{ ...taken, kind: 'giveUp', fromEpoch: 1, epoch: 2, rule: OWNS_NONE }], PATIENT)
    expect(await authority.read('auth')).toMatchObject({ rule: OWNS_NONE, before: rule, flip: 'f1' })
    const back = { ...taken, kind: 'open', fromEpoch: 2, epoch: 3, rule } as const
    await authority.fence([back], PATIENT)
    expect(await authority.read('auth')).toMatchObject({ rule, before: null, flip: 'f1' })
    const again = await authority.fence(
      [{ ...taken, kind: 'giveUp', fromEpoch: 3, epoch: 4, rule: OWNS_NONE }],
      PATIENT,
    )
    expect(again).toMatchObject({ outcome: 'refused', reason: 'auth: flip f1 was taken back here' })
  })

  it('is done, not refused, when a driver asks again for what it got', async () => {
    const store = (await createTwoSides())[side]
    const rule = { ...OWNS_ALL, allow: ['anna'] }
    const open: Fence = { kind: 'open', fromEpoch: 1, epoch: 2, rule }
    expect(await fenceAuth(store, open, PATIENT)).toMatchObject({ outcome: 'done' })
    expect(await fenceAuth(store, open, PATIENT)).toMatchObject({
      outcome: 'done',
      rows: [{ epoch: 2 }],
    })
    const close: Fence = { kind: 'close', fromEpoch: 2, epoch: 3, flip: 'f1' }
    expect(await fenceAuth(store, close, PATIENT)).toMatchObject({ outcome: 'done' })
    expect(await fenceAuth(store, close, PATIENT)).toMatchObject({ outcome: 'done', rows: [{ epoch: 3 }] })
    const other = await fenceAuth(store, { ...close, flip: 'f2' }, PATIENT)
    expect(other).toMatchObject({ outcome: 'refused', reason: 'auth: epoch 3 is not above 3' })
  })
})
