// Somebody who chats through the front door, and remembers what was acknowledged.
import { type Client, createClient } from '@emotibot/contracts'
import type { TestUser } from '@emotibot/testkit'

/** Of one conversation: the texts of its turns, in their order, by their ids. */
type Turns = Map<string, string>

export type Chatter = {
  readonly user: TestUser
  /** Does one thing, chosen by `random` (0 to 1). What has no answer is asked again under its key, until it has one. */
  act(random: number): Promise<void>
  acknowledged(): number
  /** Every conversation and turn as the front door shows them; null where they are as acknowledged. */
  findFault(): Promise<string | null>
}

const AGAIN = [502, 503, 504]

export function createChatter(baseUrl: string, user: TestUser): Chatter {
  const client: Client = createClient({ baseUrl, headers: () => user.bearer })
  const conversations = new Map<string, Turns>()
  let acknowledged = 0
  let said = 0

  async function insist<A extends { status: number }>(ask: () => Promise<A>): Promise<A> {
    for (;;) {
      const answer = await ask()
      if (!AGAIN.includes(answer.status)) return answer
    }
  }

  async function create(): Promise<void> {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const answer = await insist(() => client.call('conversation.create', { body: {}, headers }))
    if (!answer.ok) throw new Error(answer.body.message)
    conversations.set(answer.body.conversation.id, new Map())
  }

  async function send(id: string, turns: Turns): Promise<void> {
    said += 1
    const text = `${user.username} says ${said}`
    const headers = { 'idempotency-key': crypto.randomUUID(), prefer: 'respond-async' }
    const answer = await insist(() =>
      client.call('conversation.send', { params: { id }, body: { text }, headers }),
    )
    if (!answer.ok) throw new Error(answer.body.message)
    turns.set(answer.body.turn.id, text)
  }

  async function deleteTurn(id: string, turns: Turns): Promise<void> {
    const [turn] = turns.keys()
    if (turn === undefined) return send(id, turns)
    await insist(() => client.call('conversation.delete_turn', { params: { id, turn_id: turn } }))
    turns.delete(turn)
  }

  async function remove(id: string): Promise<void> {
    await insist(() => client.call('conversation.delete', { params: { id } }))
    conversations.delete(id)
  }

  async function rename(id: string): Promise<void> {
    const answer = await insist(() =>
      client.call('conversation.rename', { params: { id }, body: { title: `now ${acknowledged}` } }),
    )
    if (!answer.ok) throw new Error(answer.body.message)
  }

  async function findFaultOf(id: string, turns: Turns): Promise<string | null> {
    const answer = await insist(() =>
      client.call('conversation.history', { params: { id }, query: { limit: 200 } }),
    )
    if (!answer.ok) return `${id}: ${answer.body.message}`
    const shown = answer.body.turns.map((turn) => turn.user_message)
    const known = [...turns.values()]
    return JSON.stringify(shown) === JSON.stringify(known) ? null : `${id}: ${shown} instead of ${known}`
  }

  return {
    user,
    acknowledged: () => acknowledged,
    act: async (random) => {
      const all = [...conversations]
      const [id, turns] = all[Math.floor(random * 1_000) % Math.max(1, all.length)] ?? []
      if (id === undefined || turns === undefined || random < 0.1) await create()
      else if (random < 0.75) await send(id, turns)
      else if (random < 0.85) await deleteTurn(id, turns)
      else if (random < 0.95) await rename(id)
      else await remove(id)
      acknowledged += 1
    },
    findFault: async () => {
      const answer = await insist(() => client.call('conversation.list', { query: { limit: 100 } }))
      if (!answer.ok) return answer.body.message
      const shown = answer.body.conversations.map(({ id }) => id).toSorted()
      const known = [...conversations.keys()].toSorted()
      if (JSON.stringify(shown) !== JSON.stringify(known)) return `conversations ${shown} instead of ${known}`
      for (const [id, turns] of conversations) {
        const fault = await findFaultOf(id, turns)
        if (fault !== null) return fault
      }
      return null
    },
  }
}
