import { createUser, type Stack, signIn, type TestUser } from '@emotibot/testkit'
import type { PlannedRequest, Who } from '../plan/planned.ts'

/** Somebody with a conversation and a turn in it, made anew when a request has signed them out or deleted them. */
export type Settled = { readonly user: TestUser; readonly id: string; readonly turn_id: string }

/** The two users of a run. */
export async function createPeople(stack: Stack) {
  let [one, two] = await Promise.all([settle(stack), settle(stack)])
  return {
    of: (who: Who): Settled => (who === 'another user' ? two : one),
    /** After a request that may have ended a session, a conversation or an account. */
    mend: async ({ who }: PlannedRequest): Promise<void> => {
      if (who === 'another user') two = await mended(stack, two)
      else one = await mended(stack, one)
    },
  }
}
export type People = Awaited<ReturnType<typeof createPeople>>

async function settle(stack: Stack, known?: TestUser): Promise<Settled> {
  const user = known ?? (await createUser(stack.facade.url))
  const client = stack.client(user)
  const created = await client.call('conversation.create', { body: {} })
  const id = created.ok ? created.body.conversation.id : ''
  const sent = await client.call('conversation.send', { params: { id }, body: { text: 'I am happy' } })
  return { user, id, turn_id: sent.ok ? sent.body.turn.id : '' }
}

async function mended(stack: Stack, settled: Settled): Promise<Settled> {
  const again = await signIn(stack.facade.url, settled.user).catch(() => undefined)
  return settle(stack, again)
}
