import { User } from '@emotibot/contracts'
import type { TransactionSql } from '@emotibot/db'
import { createCheck } from '@emotibot/service-kit'
import { describe, expect, it } from 'vitest'
import { answersJson, ME, REPLY, startNeighbours, userOf } from '../testing/neighbour-server.ts'
import {
  type Conversation,
  newConversation,
  ownedStore,
  type SignedIn,
  sayTurn,
  signedIn,
  startConversation,
} from '../testing/start-conversation.ts'
import { startProcess } from '../testing/start-process.ts'

const get = ({ url }: { readonly url: string }, { headers }: SignedIn, format = 'json') =>
  fetch(`${url}/api/conversations/export?format=${format}`, { headers })

/** Turns in a conversation, written past the service. */
async function fill(
  { store }: Pick<Conversation, 'store'>,
  { userId }: SignedIn,
  turns: { count: number; characters: number },
) {
  const id = `c-${userId}`
  const text = 'word '.repeat(turns.characters / 5)
  const write = (work: (tx: TransactionSql) => Promise<unknown>) => store.write('conversation', work)
  await write((tx) => tx`insert into conversations values (${id}, ${userId}, ${userId}, 'Long', 'a', 'a', 1)`)
  for (let from = 1; from <= turns.count; from += 500)
    await write(
      (tx) => tx`
        insert into messages (turn_id, role, conversation_id, user_id, owner_key, seq, text, said_at, time_key,
          reply_status, emotion_status, revision, words)
        select ${id} || lpad(n::text, 6, '0'), 'user', ${id}, ${userId}, ${userId}, n, n || ' ' || ${text}, 'a', 'a',
          'complete', 'complete', 1, ''
        from generate_series(${from}::int, ${Math.min(from + 499, turns.count)}::int) n`,
    )
}

/** What a process holds, in bytes. */
async function memoryOf({ url }: { readonly url: string }): Promise<number> {
  const figures = await (await fetch(`${url}/internal/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(figures)?.[1])
}

describe('the head of an export', () => {
  it('is the user as auth knows them', async () => {
    const neighbours = await startNeighbours()
    const service = await startConversation({ EMOTIBOT_INTERNAL_URL: neighbours.url })
    const ann = signedIn(service)
    const answer = await get(service, ann)
    expect(answer.headers.get('emotibot-fallback')).toBeNull()
    expect(await answer.json()).toMatchObject({ user: userOf(ann.userId), conversations: [] })
    expect(neighbours.asked.at(-1)?.headers).toMatchObject(ann.headers)
  })

  it('is what the token says while auth cannot be asked, and the answer says so', async () => {
    const service = await startConversation()
    const ann = signedIn(service)
    const answer = await get(service, ann)
    expect(answer.headers.get('emotibot-fallback')).toBe('user=token')
    const { user } = (await answer.json()) as { user: unknown }
    expect(createCheck(User)(user)).toBe(true)
    expect(user).toMatchObject({ user_id: ann.userId, username: ann.userId, created_at: '' })
  })

  it('is none where auth says that the session is over', async () => {
    const neighbours = await startNeighbours()
    neighbours.answers[ME] = answersJson({ code: 'UNAUTHENTICATED' }, 401)
    const service = await startConversation({ EMOTIBOT_INTERNAL_URL: neighbours.url })
    expect((await get(service, signedIn(service))).status).toBe(401)
  })
})

describe('an export', () => {
  it('holds every conversation and turn, as JSON and as Markdown', async () => {
    const neighbours = await startNeighbours()
    const service = await startConversation({ EMOTIBOT_INTERNAL_URL: neighbours.url })
    const ann = signedIn(service)
    const [first, second] = [await newConversation(ann, 'A *title*'), await newConversation(ann)]
    const turns = [await sayTurn(ann, first, '# one'), await sayTurn(ann, first, 'two')]
    const json = await get(service, ann)
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(json.headers.get('content-disposition')).toBe('attachment; filename="emotibot.json"')
    expect(await json.json()).toMatchObject({
      conversations: [
        { id: first, turns },
        { id: second, turns: [] },
      ],
    })
    const markdown = await get(service, ann, 'md')
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
    const text = await markdown.text()
    expect(text).toContain('\n## A \\*title\\*\n')
    expect(text).toContain(`> # one\n\n**EmotiBot**:\n\n> ${REPLY}\n`)
  })

  it('of thousands of turns holds each once, in order', async () => {
    const service = await startConversation()
    const ann = signedIn(service)
    await fill(service, ann, { count: 5_001, characters: 5 })
    const { conversations } = (await (await get(service, ann)).json()) as {
      conversations: { turns: { user_message: string }[] }[]
    }
    const numbers = conversations[0]?.turns.map(({ user_message }) => Number.parseInt(user_message, 10))
    expect(numbers).toEqual(Array.from({ length: 5_001 }, (_, at) => at + 1))
  })

  it('of hundreds of megabytes holds a part in memory', async () => {
    const store = await ownedStore()
    const service = await startProcess(store)
    const ann = signedIn(service)
    await fill({ store }, ann, { count: 3_000, characters: 100_000 })
    // What a process takes anyway once it has exported anything.
    await fill({ store }, signedIn(service, 'somebody'), { count: 100, characters: 100_000 })
    await (await get(service, signedIn(service, 'somebody'))).arrayBuffer()
    const before = await memoryOf(service)
    let [bytes, most] = [0, 0]
    let looked = 0
    for await (const chunk of (await get(service, ann)).body ?? []) {
      bytes += chunk.length
      if (bytes - looked < 15_000_000) continue
      looked = bytes
      most = Math.max(most, (await memoryOf(service)) - before)
    }
    expect(bytes).toBeGreaterThan(300_000_000)
    // Buffers that wait for the collector count too, so how much it is differs from run to run.
    expect(most).toBeLessThan(bytes / 2)
  })

  it('that nobody takes any more reads on no further', async () => {
    const service = await startConversation()
    const ann = signedIn(service)
    await fill(service, ann, { count: 2_000, characters: 20_000 })
    const answer = await get(service, ann)
    const reader = answer.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    const busy = () => service.store.sql`
      select 1 from pg_stat_activity where datname = current_database() and application_name = 'conversation' and state = 'active'`
    await expect.poll(busy).toHaveLength(0)
    expect((await get(service, ann)).status).toBe(200)
  })
})
