import { randomUUID } from 'node:crypto'
import {
  type Call,
  type Identity,
  MisdirectedAnswer,
  type Result,
  StaleEpochAnswer,
} from '@emotibot/service-kit'
import { OWNS_ALL, OWNS_NONE } from '@emotibot/sync'
import { beforeEach, describe, expect, it } from 'vitest'
import { keptAnswers, notes, openNotesForFile } from './testing/note-store.ts'
import { createWriteRoute, type WriteHandler } from './write-route.ts'

const { database, store } = await openNotesForFile()
beforeEach(() => database.own('conversation', OWNS_ALL))

const departed = new Set<string>()
const write = createWriteRoute({
  store,
  answers: keptAnswers,
  now: () => 1,
  async admit(_tx, { claims }) {
    if (departed.has(claims.sub)) throw new Error('departed')
  },
})

type Create = Call<'conversation.create'>
type Asked = { readonly sub?: string; readonly key?: string | null; readonly title?: string }

/** A call as `mountRoutes` makes it; nobody here looks at the request itself. */
function callOf({ sub = 'u', key = null, title = 'a' }: Asked): Create {
  const identity = { claims: { sub, username: 'Ann' }, via: 'bearer' } as unknown as Identity
  return { body: { title }, params: {}, identity, idempotencyKey: key } as unknown as Create
}

const adding = (id: string): WriteHandler<'conversation.create', undefined, unknown> => ({
  async commit(tx) {
    await tx.insert(notes).values({ id })
    return { status: 201, body: { id } }
  },
})
/** Adds a note of a new id each time. */
const add = write('conversation.create', {
  async commit(tx) {
    const id = randomUUID()
    await tx.insert(notes).values({ id })
    return { status: 201, body: { id } }
  },
})

/** Adds a note, but not before it is let go. */
function addSlowly() {
  const entered = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const handler = write('conversation.create', {
    async commit(tx, _prepared, call) {
      entered.resolve()
      await release.promise
      return adding(randomUUID()).commit(tx, undefined, call)
    },
  })
  return { handler, entered: entered.promise, release: release.resolve, fail: release.reject }
}

const answerOf = ({ status, body }: Result) => [status, body]
const partitionsOf = (key: string) =>
  database.sql`select write_group, partition from conversation_idempotency_keys where key = ${key}`

describe('keyed writes of one user', () => {
  it('under different keys do not wait for each other', async () => {
    const slow = addSlowly()
    const first = slow.handler(callOf({ key: 'beside-1' }))
    await slow.entered
    expect((await add(callOf({ key: 'beside-2' }))).status).toBe(201)
    slow.release()
    expect((await first).status).toBe(201)
  })

  it('under one key wait for the first, and get its answer', async () => {
    const slow = addSlowly()
    const first = slow.handler(callOf({ key: 'same-1' }))
    await slow.entered
    const retries = [add(callOf({ key: 'same-1' })), add(callOf({ key: 'same-1' }))]
    await expect.poll(database.countWaiting, { timeout: 10_000 }).toBe(2)
    slow.release()
    const told = answerOf(await first)
    expect((await Promise.all(retries)).map(answerOf)).toEqual([told, told])
  })

  it('under one key go on when the first fails', async () => {
    const slow = addSlowly()
    const first = slow.handler(callOf({ sub: 'leaver', key: 'fails-1' }))
    await slow.entered
    const retry = add(callOf({ sub: 'leaver', key: 'fails-1' }))
    await expect.poll(database.countWaiting, { timeout: 10_000 }).toBe(1)
    slow.fail(new Error('no'))
    await expect(first).rejects.toThrow('no')
    expect((await retry).status).toBe(201)
  })
})

describe('a key', () => {
  it('that stands for another body is refused, and that of another user is another', async () => {
    await add(callOf({ key: 'body-1' }))
    await expect(add(callOf({ key: 'body-1', title: 'b' }))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
    expect((await add(callOf({ key: 'body-1', sub: 'v', title: 'b' }))).status).toBe(201)
  })

  it('is kept with the group and the partition of its write', async () => {
    await add(callOf({ key: 'kept-1' }))
    expect(await partitionsOf('kept-1')).toEqual([{ write_group: 'conversation', partition: 'ann' }])
  })

  it('is answered also where the other side owns the partition by now; a new one is not', async () => {
    const first = await add(callOf({ key: 'moved-1' }))
    await database.own('conversation', OWNS_NONE)
    expect(answerOf(await add(callOf({ key: 'moved-1' })))).toEqual(answerOf(first))
    await expect(add(callOf({ key: 'moved-2' }))).rejects.toThrow(StaleEpochAnswer)
  })
})

describe('what follows a commit', () => {
  it('runs once, after it, and not for retries', async () => {
    const told: number[] = []
    const handler = write('conversation.create', {
      async commit(tx, _prepared, call) {
        const done = await adding('told').commit(tx, undefined, call)
        const count = async () =>
          told.push((await database.sql`select 1 from notes where id = 'told'`).length)
        return { ...done, onceDurable: () => void count() }
      },
    })
    const answers = [await handler(callOf({ key: 'once-1' })), await handler(callOf({ key: 'once-1' }))]
    expect(answers.map((answer) => 'onceDurable' in answer)).toEqual([false, false])
    await expect.poll(() => told).toEqual([1])
  })

  it('does not run when the commit fails', async () => {
    let runs = 0
    const handler = write('conversation.create', {
      async commit(tx) {
        // Refused by the trigger: this id was deleted for good.
        await tx.insert(notes).values({ id: 'buried' })
        return { status: 201, body: null, onceDurable: () => (runs += 1) }
      },
    })
    await database.sql`insert into tombstones (entity, key, epoch) values ('note', 'buried', 1)`
    await expect(handler(callOf({}))).rejects.toThrow()
    expect(runs).toBe(0)
  })

  it('is the answer as it stands now, for the first try and for retries', async () => {
    let reply = 'pending'
    const handler = write('conversation.create', {
      ...adding('stands'),
      answer: (body: object) => ({ ...body, reply }),
    })
    const first = await handler(callOf({ key: 'stands-1' }))
    reply = 'complete'
    const again = await handler(callOf({ key: 'stands-1' }))
    expect([first.body, again.body]).toEqual([
      { id: 'stands', reply: 'pending' },
      { id: 'stands', reply: 'complete' },
    ])
  })
})

describe('a write', () => {
  it('of a partition the other side owns is refused before anything dear is done', async () => {
    await database.own('conversation', OWNS_NONE)
    let prepared = 0
    const prepare = () => {
      prepared += 1
    }
    const handler = write('conversation.create', {
      prepare,
      commit: async () => ({ status: 201, body: null }),
    })
    await expect(handler(callOf({}))).rejects.toThrow(StaleEpochAnswer)
    expect(prepared).toBe(0)
  })

  it('of a partition that moves while it is prepared is refused by its transaction', async () => {
    const prepare = () => database.own('conversation', OWNS_NONE)
    const handler = write('conversation.create', { ...adding('late'), prepare })
    await expect(handler(callOf({}))).rejects.toThrow(StaleEpochAnswer)
  })

  it('that says itself whose it is sends elsewhere what is not ours to judge', async () => {
    await database.own('conversation', { ...OWNS_ALL, deny: ['bob'] })
    const handler = write('conversation.create', { ...adding('bob'), partitionOf: () => 'bob' })
    await expect(handler(callOf({}))).rejects.toThrow(MisdirectedAnswer)
  })

  it('of somebody who may not write any more is refused inside its transaction', async () => {
    const prepare = () => void departed.add('gone')
    const handler = write('conversation.create', { ...adding('departed'), prepare } as never)
    await expect(handler(callOf({ sub: 'gone' }))).rejects.toThrow('departed')
    expect(await database.sql`select 1 from notes where id = 'departed'`).toEqual([])
  })

  it('answers the position it has in the feed', async () => {
    const { position = {} } = await add(callOf({}))
    const [feed] = await database.sql`select max(xid::text::bigint) as xid from feed`
    expect(Object.values(position)).toEqual([Number(feed?.['xid'])])
  })
})
