import { randomUUID } from 'node:crypto'
import { matchesSearch } from '@emotibot/contracts'
import { openPostgres } from '@emotibot/db'
import { createStore, type Store } from '@emotibot/service-store'
import { createTestStore, ownerStep } from '@emotibot/service-store/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completeTurn } from '../complete-turn.ts'
import { addConversation, type Owner } from '../conversations.ts'
import { schemaSteps } from '../schema-steps.ts'
import { addTurn } from '../turns.ts'
import { LEXEME_MAX, ownerWord } from './lexemes.ts'
import { searchTurns } from './search-turns.ts'

const TIME = '2026-01-02T03:04:05.678Z'
const FELT = {
  detectedEmotion: 'neutral',
  confidence: 0,
  polarity: 0,
  subjectivity: 0,
  emotionStatus: 'complete',
} as const

let store: Store
let end: () => Promise<void>
beforeAll(async () => {
  const database = await createTestStore([...schemaSteps, ownerStep])
  const client = openPostgres(database.url, { applicationName: 'search-test' })
  store = createStore(client)
  end = async () => {
    await client.end({ timeout: 5 })
    await database.drop()
  }
})
afterAll(() => end())

type Said = { readonly text: string; readonly reply: string | null }

const newOwner = (): Owner => ({ userId: randomUUID(), ownerKey: 'ann' })

/** A conversation of somebody new; answers its turns' ids in the order of what was said. */
async function talk(owner: Owner, said: readonly Said[]): Promise<string[]> {
  const { value } = await store.write({ group: 'conversation', partition: owner.ownerKey }, async (tx) => {
    const { id: conversationId } = await addConversation(tx, owner, { title: 't', time: TIME })
    const ids: string[] = []
    for (const { text, reply } of said) {
      const id = randomUUID()
      await addTurn(tx, { id, owner, conversationId, text, felt: FELT, time: TIME })
      if (reply !== null) await completeTurn(tx, id, { text: reply, time: TIME })
      ids.push(id)
    }
    return ids
  })
  return value
}

const find = async ({ userId }: Owner, q: string, limit = 100) =>
  (await store.read((db) => searchTurns(db, userId, { q, limit }))).map(({ turnId }) => turnId)

/** Letters that words of search are made of in many ways, and some that owners' words have. */
const letters = fc.constantFrom(...'abcdef019éÉçß東京한ﬁℌ️️🙂 -_\'"&|!:*().,\u0301\uE000')
const texts = fc.string({ unit: letters, minLength: 1, maxLength: 24 })
const queries = fc.string({ unit: letters, minLength: 1, maxLength: 6 })

describe('search', () => {
  it("finds of random texts just what the contract's words say", async () => {
    const said = fc.array(fc.record({ text: texts, reply: fc.option(texts) }), {
      minLength: 1,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(said, fc.array(queries, { minLength: 1, maxLength: 8 }), async (turns, asked) => {
        const owner = newOwner()
        const ids = await talk(owner, turns)
        const prefixes = Array.from({ length: 3 }, (_, at) => ownerWord(owner.userId).slice(0, at + 1))
        for (const q of [...asked, ...prefixes]) {
          const meant = turns.flatMap(({ text, reply }, at) =>
            matchesSearch(q, `${text} ${reply ?? ''}`) ? [ids[at]] : [],
          )
          expect(new Set(await find(owner, q)), JSON.stringify(q)).toEqual(new Set(meant))
        }
      }),
      { numRuns: 60 },
    )
  })

  it("finds nobody else's turns, and none by the words that keep them apart", async () => {
    const [ann, bob] = [newOwner(), newOwner()]
    const [mine] = await talk(ann, [{ text: 'a hello', reply: null }])
    await talk(bob, [{ text: `${ownerWord(ann.userId)} a hello`, reply: 'a hello' }])
    expect(await find(ann, 'a hel')).toEqual([mine])
    expect(await find(ann, ownerWord(ann.userId))).toEqual([])
  })

  it('tells words longer than the index holds apart by what comes behind', async () => {
    const owner = newOwner()
    const long = '京'.repeat(LEXEME_MAX + 20)
    const [first, second] = await talk(owner, [
      { text: `${long}a`, reply: null },
      { text: `${long}b ${'x'.repeat(9_000)}`, reply: null },
      { text: '京', reply: null },
    ])
    expect(new Set(await find(owner, long))).toEqual(new Set([first, second]))
    expect(await find(owner, `${long}b`)).toEqual([second])
    expect(await find(owner, 'x'.repeat(200))).toEqual([second])
  })

  it('fills its page also when the index finds too much', async () => {
    const owner = newOwner()
    const letter = ownerWord(owner.userId).charAt(0)
    const said = Array.from({ length: 40 }, (_, at) => ({
      text: at % 4 ? 'zz' : `${letter}z zz`,
      reply: null,
    }))
    await talk(owner, said)
    expect(await find(owner, letter, 4)).toHaveLength(5)
    expect(await find(owner, letter, 20)).toHaveLength(10)
  })

  it('takes the longest queries there may be', async () => {
    const owner = newOwner()
    for (const q of ['한'.repeat(200), '㌖'.repeat(200), 'a '.repeat(100), "' \\ ' & !"])
      expect(await find(owner, q)).toEqual([])
  })
})
