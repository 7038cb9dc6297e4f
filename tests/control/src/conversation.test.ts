// Conversation moves as auth does, by the same commands; and all of it comes back at once.
import type { AuditEntry, Client, Receipt, Status } from '@emotibot/contracts'
import { writeInSqlite } from '@emotibot/sync'
import {
  type CarvedDomain,
  type CarvedOutStack,
  signIn,
  startStack,
  type TestUser,
  until,
} from '@emotibot/testkit'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { type FigCalls, figOf } from './ground.ts'

const WITHIN_MS = 180_000

type Team<D extends CarvedDomain> = FigCalls & { readonly stack: CarvedOutStack<D> }

async function begin<D extends CarvedDomain>(...domains: readonly D[]): Promise<Team<D>> {
  const stack = await startStack({ processes: true, carvedOut: domains })
  onTestFinished(() => stack.close())
  return { stack, ...figOf(stack.facade) }
}

const json = async <T>({ done }: FigCalls, ...args: string[]): Promise<T> =>
  JSON.parse(await done(...args, '--json')) as T

/** Lines are broken at 80 columns. */
const spaced = (text: string): string => text.replaceAll(/\s+/g, ' ')

async function beginConversation(client: Client): Promise<string> {
  const made = await client.call('conversation.create', { body: { title: 'tour' } })
  if (!made.ok) throw new Error(made.body.message)
  return made.body.conversation.id
}

async function say(client: Client, id: string, text: string): Promise<void> {
  const sent = await client.call('conversation.send', { params: { id }, body: { text } })
  if (!sent.ok) throw new Error(sent.body.message)
}

async function history(client: Client, id: string): Promise<string[]> {
  const answer = await client.call('conversation.history', { params: { id }, query: {} })
  if (!answer.ok) throw new Error(answer.body.message)
  return answer.body.turns.map((turn) => turn.user_message ?? '')
}

it(
  'conversation moves to its service and back: the history is whole, both sides end equal',
  async () => {
    const team = await begin('conversation')
    const { stack, done, untilFree } = team
    const client = stack.client(await stack.createUser())
    const id = await beginConversation(client)
    await say(client, id, 'on the monolith')
    expect(await done('verify', 'conversation')).toContain('Both sides hold the same')

    await untilFree('conversation', '--to', 'service')
    const there = await json<Receipt>(team, 'flip', 'conversation', '--to', 'service', '--why', 'tour')
    expect(there).toMatchObject({ failed: 0, undo: `./fig rollback ${there.flip}` })
    expect(await history(client, id)).toEqual(['on the monolith'])
    await say(client, id, 'on the service')

    await done('rollback', 'conversation')
    expect(await history(client, id)).toEqual(['on the monolith', 'on the service'])
    await say(client, id, 'back again')
    expect(await history(client, id)).toEqual(['on the monolith', 'on the service', 'back again'])
    expect(await done('verify', 'conversation')).toContain('Both sides hold the same')
    const { entries } = await json<{ entries: AuditEntry[] }>(team, 'audit')
    expect(entries.map(({ action }) => action)).toContain('rollback')
  },
  WITHIN_MS,
)

it(
  'all domains come back in one roll back, with everything that was done on the services',
  async () => {
    const team = await begin('auth', 'conversation')
    const { stack, done, untilFree } = team
    for (const domain of ['auth', 'conversation']) {
      await untilFree(domain, '--to', 'service')
      await done('flip', domain, '--to', 'service')
    }
    const user: TestUser = await stack.createUser()
    const client = stack.client(user)
    const id = await beginConversation(client)
    await say(client, id, 'on the services')
    const back = await json<Receipt>(team, 'rollback', '--all')
    expect(back.failed).toBe(0)
    const { routes, flip } = await json<Status>(team, 'status')
    expect([routes.filter(({ stage }) => stage !== 'monolith'), flip]).toEqual([[], null])
    await stack.conversation.kill()
    expect((await signIn(stack.facade.url, user)).userId).toBe(user.userId)
    expect(await history(client, id)).toEqual(['on the services'])
  },
  WITHIN_MS,
)

it(
  'conversation does not flip while the mover is down, or with a change set aside, and says why',
  async () => {
    const { stack, fig, untilFree } = await begin('conversation')
    const toService = ['conversation', '--to', 'service']
    const refused = async (): Promise<string> => {
      const { exitCode, err } = await fig('flip', ...toService)
      expect([exitCode, err]).toEqual([1, expect.stringContaining('nothing was changed')])
      return spaced(err)
    }
    await stack.mover.kill()
    expect(await refused()).toContain('The mover does not answer')
    await stack.mover.restart()
    await untilFree(...toService)
    const file = new Database(stack.monolith.file)
    onTestFinished(() => void file.close())
    const write = (sql: string) =>
      writeInSqlite(file, { group: 'conversation', partition: '' }, () => file.exec(sql))
    write(
      "INSERT INTO threads (id, user_id, title, created_at, updated_at, revision) VALUES (x'6f6464', 'u', 't', '', '', 1)",
    )
    await until('it is set aside', async () =>
      (await fig('set-aside', 'conversation')).out.includes('conversation'),
    )
    // The facade looks at the mover now and then: until it has, the mover itself gives the flip up.
    await until('it is refused for that', async () =>
      (await refused()).includes('1 change of conversation could not be applied'),
    )
    write("DELETE FROM threads WHERE id = x'6f6464'")
    await until('nothing is left', async () => (await fig('settle', 'conversation')).exitCode === 0)
    await untilFree(...toService)
  },
  WITHIN_MS,
)
