import { createClient, type Outcome, type Turn } from '@emotibot/contracts'
import { createUser, type NewUser, type TestUser } from '@emotibot/testkit'

export type SayOptions = {
  /** Retried under it, it is said once. */
  readonly key?: string
  readonly isReplyAwaited?: boolean
}

/** Somebody with a conversation, at one front door. */
export type Person = {
  readonly user: TestUser
  /** One try, whatever the answer. */
  trySaying(text: string, options?: SayOptions): Promise<Outcome<'conversation.send'>>
  /** The turn as it was stored; throws when it was not. */
  say(text: string, options?: SayOptions): Promise<Turn>
  /** What was said, as somebody sees it who has not written just now. */
  turns(): Promise<Turn[]>
  turn(id: string): Promise<Turn | undefined>
  /** The same person at another door. */
  at(door: string): Person
}

export async function registerPerson(door: string, wanted: NewUser = {}): Promise<Person> {
  const user = await createUser(door, wanted)
  const client = createClient({ baseUrl: door, headers: () => user.bearer })
  const created = await client.call('conversation.create', { body: { title: 'Whatever happens' } })
  return personAt(door, user, takeBody(created).conversation.id)
}

function personAt(door: string, user: TestUser, id: string): Person {
  const client = createClient({ baseUrl: door, headers: () => user.bearer })

  function trySaying(text: string, { key = crypto.randomUUID(), isReplyAwaited = true }: SayOptions = {}) {
    const prefer: Record<string, string> = isReplyAwaited ? {} : { prefer: 'respond-async' }
    const headers = { 'idempotency-key': key, ...prefer }
    return client.call('conversation.send', { params: { id }, body: { text }, headers })
  }

  async function turns(): Promise<Turn[]> {
    const query = { limit: 200 }
    return takeBody(await client.call('conversation.history', { params: { id }, query })).turns
  }

  return {
    user,
    trySaying,
    say: async (text, options) => takeBody(await trySaying(text, options)).turn,
    turns,
    turn: async (wanted) => (await turns()).find((turn) => turn.id === wanted),
    at: (other) => personAt(other, user, id),
  }
}

type Answer<B> =
  | { readonly ok: true; readonly body: B }
  | { readonly ok: false; readonly status: number; readonly body: { readonly message: string } }

/** Throws what was answered instead. */
export function takeBody<B>(answer: Answer<B>): B {
  if (answer.ok) return answer.body
  throw new Error(`It was answered ${answer.status}: ${answer.body.message}`)
}
