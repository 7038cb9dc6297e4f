import { randomUUID } from 'node:crypto'
import { createClient, POSITION_HEADER, routes } from '@emotibot/contracts'
import { signIn, type TestUser } from '@emotibot/testkit'
import { chatTexts } from '../emotion/texts.ts'
import type { ChatSide } from './sides.ts'

/** People with a conversation each, who take turns at whatever is asked of them. */
export type People = {
  /** Says something; in milliseconds until it was answered. */
  send(): Promise<Sent>
  /** Says something, and waits until trends know of it: until the event has come. */
  sendAndFollow(): Promise<Followed>
  history(): Promise<number>
  login(): Promise<number>
}
export type Sent = { readonly answeredMs: number; readonly isPending: boolean }
export type Followed = Sent & { readonly toldMs: number }

const PEOPLE = 16
/** So that a history is a page of some size. */
const TURNS_BEFORE = 10
const TOLD_WITHIN_MS = 20_000

type Person = { readonly user: TestUser; readonly conversation: string }

export async function gatherPeople(side: ChatSide): Promise<People> {
  const { url } = side.stack.facade
  const people: Person[] = []
  const nextPerson = inTurn(people)
  const nextText = inTurn(chatTexts(1_000))
  const clientOf = ({ bearer }: TestUser) => createClient({ baseUrl: url, headers: () => bearer })

  async function say({ user, conversation }: Person) {
    const startedAtMs = performance.now()
    const answer = await clientOf(user).call('conversation.send', {
      params: { id: conversation },
      body: { text: nextText() },
      headers: { 'idempotency-key': randomUUID() },
    })
    if (!answer.ok) throw new Error(`A turn was answered ${answer.status}: ${answer.body.message}`)
    const isPending = answer.body.turn.reply_status === 'pending'
    const position = answer.headers.get(POSITION_HEADER) ?? ''
    return { startedAtMs, position, isPending, answeredMs: performance.now() - startedAtMs }
  }

  async function join(): Promise<void> {
    const person = await joinedBy(side)
    for (let count = 0; count < TURNS_BEFORE; count += 1) await say(person)
    people.push(person)
  }
  await Promise.all(Array.from({ length: PEOPLE }, join))

  return {
    send: () => say(nextPerson()),
    async sendAndFollow() {
      const person = nextPerson()
      const { startedAtMs, position, ...sent } = await say(person)
      await untilTold(side.trendsUrl, person.user, position)
      return { ...sent, toldMs: performance.now() - startedAtMs }
    },
    history: () => {
      const { user, conversation } = nextPerson()
      return timeOf(async () => {
        const params = { id: conversation }
        const answer = await clientOf(user).call('conversation.history', { params, query: { limit: 20 } })
        if (!answer.ok) throw new Error(`A history was answered ${answer.status}: ${answer.body.message}`)
      })
    },
    login: () => timeOf(() => signIn(url, nextPerson().user)),
  }
}

async function joinedBy({ stack }: ChatSide): Promise<Person> {
  const user = await stack.createUser()
  const made = await stack.client(user).call('conversation.create', { body: {} })
  if (!made.ok) throw new Error(`A conversation was refused: ${made.body.message}`)
  return { user, conversation: made.body.conversation.id }
}

/** The next of them each time it is called, the first after the last. */
function inTurn<T>(items: readonly T[]): () => T {
  let turn = 0
  return () => items[turn++ % items.length]!
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return performance.now() - startedAtMs
}

/** Asked of the side itself: the front door would have the other one answer rather than let somebody wait. */
async function untilTold(trendsUrl: string, { bearer }: TestUser, position: string): Promise<void> {
  const endMs = performance.now() + TOLD_WITHIN_MS
  const headers = { ...bearer, [POSITION_HEADER]: position }
  while (performance.now() < endMs) {
    const answer = await fetch(trendsUrl + routes['emotion.trends'].path, { headers })
    await answer.arrayBuffer()
    if (answer.ok) return
  }
  throw new Error(`A turn was not told of within ${TOLD_WITHIN_MS} ms.`)
}
