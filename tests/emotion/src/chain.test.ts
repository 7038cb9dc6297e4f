import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { INTERNAL_HEADERS, POSITION_HEADER } from '@emotibot/contracts'
import { openPostgres, type Sql } from '@emotibot/db'
import { createFolder, createOldFile, createUser, until } from '@emotibot/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, type User } from './both-sides.ts'
import { type Chain, startChain } from './chain.ts'
import { addOldTurns, turnsOfOneUser } from './old-turns.ts'

const folder = createFolder('tests-emotion')
const file = join(folder.path, 'old.sqlite')
const old = { id: randomUUID(), username: 'Old-Friend', password: 'pass word' }
const turns = fc.sample(turnsOfOneUser, 8).flat()

let chain: Chain
let sql: Sql
beforeAll(async () => {
  createOldFile(file, [old], [])
  addOldTurns(file, old.id, turns)
  chain = await startChain(file)
  sql = openPostgres(chain.conversation.databaseUrl, { applicationName: 'test', max: 2 })
})
afterAll(async () => {
  await sql.end({ timeout: 5 })
  await chain.close()
  folder.remove()
})

async function yearOf(url: string, { token }: Pick<User, 'token'>): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${url}/api/emotion/trends?period=year`, { headers })).text()
}

it('old turns come by the mover and by events, and make the same trends', async () => {
  const client = clientOf(chain.monolith.url, { token: 'none' })
  const { username, password } = old
  const signedIn = await client.call('auth.login', { body: { username, password } })
  const token = signedIn.ok ? signedIn.body.access_token : ''
  await until('the trends of both sides are the same', async () => {
    const [ours, theirs] = [
      await yearOf(chain.emotion.url, { token }),
      await yearOf(chain.monolith.url, { token }),
    ]
    return ours === theirs
  })
})

type Written = { readonly token: string; readonly conversation: string }

async function beginToTalk(): Promise<Written> {
  const { token } = await createUser(chain.monolith.url)
  const created = await clientOf(chain.monolith.url, { token }).call('conversation.create', { body: {} })
  return { token, conversation: created.ok ? created.body.conversation.id : '' }
}

/** Says something on the monolith. Answers the position of that. */
async function say({ token, conversation: id }: Written): Promise<string> {
  const client = clientOf(chain.monolith.url, { token })
  const sent = await client.call('conversation.send', { params: { id }, body: { text: 'I am so happy' } })
  return sent.headers.get(POSITION_HEADER) ?? ''
}

/** How many turns the service counts for whoever has seen a position; null when it is behind. */
async function countAt({ token }: Written, position: string): Promise<number | null> {
  const headers = { [POSITION_HEADER]: position }
  const trends = await clientOf(chain.emotion.url, { token }).call('emotion.trends', { headers })
  if (trends.headers.get(INTERNAL_HEADERS.refused) === 'behind') return null
  return trends.ok ? trends.body.count : Number.NaN
}

/** Asks over and over for some time. */
async function countsAt(writer: Written, position: string, forMs: number): Promise<Set<number | null>> {
  const counts = new Set<number | null>()
  for (const endMs = performance.now() + forMs; performance.now() < endMs; )
    counts.add(await countAt(writer, position))
  return counts
}

describe('who wrote a turn on the monolith', () => {
  it('finds it in trends of the service, or is sent to the other side', async () => {
    const ann = await beginToTalk()
    const counts: (number | null)[] = []
    for (let n = 0; n < 15; n++) counts.push(await countAt(ann, await say(ann)))
    expect(counts.filter((count, n) => count !== null && count < n + 1)).toEqual([])
    await until('it finds all', async () => (await countAt(ann, await say(ann))) !== null)
  })

  it('never finds less while a transaction that stays open stalls the feed of conversation', async () => {
    const ann = await beginToTalk()
    for (let round = 1; round <= 6; round++) {
      let position = ''
      for (let n = 0; n < 3; n++) position = await say(ann)
      await until('they are there', async () => (await countAt(ann, position)) === 5 * (round - 1) + 3)
      await sql.begin(async (tx) => {
        await say(ann)
        await tx`select pg_current_xact_id()`
        const counts = await countsAt(ann, await say(ann), 2_000)
        expect([...counts].filter((count) => count !== null && count < 5 * round)).toEqual([])
      })
    }
  })
})
