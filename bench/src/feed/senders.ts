import { createClient, POSITION_HEADER } from '@emotibot/contracts'
import type { Stack } from '@emotibot/testkit'
import { chatTexts } from '../emotion/texts.ts'

const PEOPLE = 16

/** People who say something each time it is called, one after the other; `onSaid` gets the position of each answer. */
export async function createSender(
  stack: Stack,
  onSaid: (position: string) => void,
): Promise<() => Promise<void>> {
  const speakers: (() => Promise<void>)[] = []
  const texts = chatTexts(1_000)
  for (let count = 0; count < PEOPLE; count += 1) speakers.push(await speaker(stack, texts, onSaid))
  let turn = 0
  return () => speakers[turn++ % speakers.length]!()
}

async function speaker(
  stack: Stack,
  texts: readonly string[],
  onSaid: (position: string) => void,
): Promise<() => Promise<void>> {
  const { bearer } = await stack.createUser()
  const client = createClient({ baseUrl: stack.facade.url, headers: () => bearer })
  const made = await client.call('conversation.create', { body: {} })
  if (!made.ok) throw new Error(`A conversation was refused: ${made.body.message}`)
  const params = { id: made.body.conversation.id }
  let turn = 0
  return async () => {
    const body = { text: texts[turn++ % texts.length]! }
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const answer = await client.call('conversation.send', { params, body, headers })
    if (!answer.ok) throw new Error(`A turn was answered ${answer.status}: ${answer.body.message}`)
    onSaid(answer.headers.get(POSITION_HEADER) ?? '')
  }
}
