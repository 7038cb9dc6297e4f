import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { addLegacyTurn, addLegacyUser, createLegacyFile, PASSWORD } from '../testing/legacy-file.ts'
import { type Monolith, type SignedIn, signIn, startMonolith } from '../testing/start-monolith.ts'

const COUNT = 5_000

async function startWithManyTurns(): Promise<{ monolith: Monolith; ann: SignedIn }> {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', null)
  const fill = old.db.transaction(() => {
    for (let at = 0; at < COUNT; at++)
      addLegacyTurn(old, `t${at}`, 'u1', {
        user_message: `apple number ${at}`,
        timestamp: new Date(Date.UTC(2021, 0, 1) + Math.floor(at / 3) * 1_000).toISOString(),
      })
  })
  fill()
  old.db.close()
  const monolith = await startMonolith({ file: old.file })
  return { monolith, ann: await signIn(monolith, 'ann', PASSWORD) }
}

test('5,000 turns are walked by history and by search, each once', async () => {
  const { ann } = await startWithManyTurns()
  const list = await ann.client.call('conversation.list', {})
  const id = (list.ok && list.body.conversations[0]?.id) || ''
  const walked = await walk(async (before) => {
    const query = { limit: 200, ...(before === null ? {} : { before }) }
    const answer = await ann.client.call('conversation.history', { params: { id }, query })
    return answer.ok ? answer.body : null
  })
  expect(walked).toEqual({ all: COUNT, different: COUNT })
  const found = await walk(async (before) => {
    const query = { q: 'app num', limit: 100, ...(before === null ? {} : { before }) }
    const answer = await ann.client.call('conversation.search', { query })
    return answer.ok ? answer.body : null
  })
  expect(found).toEqual({ all: COUNT, different: COUNT })
})

type Page = { turns: { id: string }[]; next_before: string | null }

async function walk(next: (before: string | null) => Promise<Page | null>) {
  const ids: string[] = []
  for (let before: string | null = null, isLast = false; !isLast; ) {
    const page: Page | null = await next(before)
    if (!page) throw new Error('a page was refused')
    ids.push(...page.turns.map(({ id }) => id))
    before = page.next_before
    isLast = before === null
  }
  return { all: ids.length, different: new Set(ids).size }
}

test('an export holds every turn, as JSON and as Markdown', async () => {
  const { monolith, ann } = await startWithManyTurns()
  const get = (format: string) =>
    fetch(`${monolith.url}/api/conversations/export?format=${format}`, { headers: ann.headers })
  const json = await get('json')
  expect(json.headers.get('content-disposition')).toBe('attachment; filename="emotibot.json"')
  const { conversations } = (await json.json()) as { conversations: { turns: { user_message: string }[] }[] }
  expect(conversations[0]?.turns).toHaveLength(COUNT)
  expect(conversations[0]?.turns.at(-1)?.user_message).toBe(`apple number ${COUNT - 1}`)
  const markdown = await (await get('md')).text()
  expect(markdown.match(/^> apple number \d+$/gm)).toHaveLength(COUNT)
})

test('an account with 5,000 turns is deleted whole', async () => {
  const { monolith, ann } = await startWithManyTurns()
  expect((await ann.client.call('auth.delete', {})).status).toBe(204)
  const db = new Database(monolith.file, { readonly: true })
  const left = ['users', 'conversations', 'threads', 'turn_words_docsize'].map((table) =>
    db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
  )
  db.close()
  expect(left).toEqual([0, 0, 0, 0])
})
