import { type Client, createClient, type Turn } from '@emotibot/contracts'
import { createUser, type TestUser } from '@emotibot/testkit'
import type { TwoStores } from './two-stores.ts'

export type Side = 'monolith' | 'service'
export const SIDES: readonly Side[] = ['monolith', 'service']

/** Somebody who talks to both applications, each on its own port. */
export type Speaker = {
  readonly user: TestUser
  readonly at: Readonly<Record<Side, Client>>
  create(side: Side, title?: string): Promise<string>
  send(side: Side, id: string, text: string, headers?: Readonly<Record<string, string>>): Promise<Turn>
  history(side: Side, id: string): Promise<Turn[]>
  /** The ids of the turns found. */
  search(side: Side, q: string): Promise<string[]>
}

export async function createSpeaker({ urls }: TwoStores): Promise<Speaker> {
  const user = await createUser(urls.monolith)
  const clientOf = (baseUrl: string) => createClient({ baseUrl, headers: () => user.bearer })
  const at = { monolith: clientOf(urls.monolith), service: clientOf(urls.service) }
  return {
    user,
    at,
    async create(side, title = 'A talk') {
      const { conversation } = orThrow(await at[side].call('conversation.create', { body: { title } }))
      return conversation.id
    },
    async send(side, id, text, headers = {}) {
      const sent = { params: { id }, body: { text }, headers }
      return orThrow(await at[side].call('conversation.send', sent)).turn
    },
    history: async (side, id) =>
      orThrow(await at[side].call('conversation.history', { params: { id }, query: {} })).turns,
    search: async (side, q) =>
      orThrow(await at[side].call('conversation.search', { query: { q } })).turns.map((turn) => turn.id),
  }
}

type Answer<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly body: unknown }

function orThrow<Body>(answer: Answer<Body>): Body {
  if (!answer.ok) throw new Error(JSON.stringify(answer.body))
  return answer.body
}
