import type { Conversation, Turn, User } from '@emotibot/contracts'
import type { Store } from '@emotibot/service-store'
import { answerConversation, answerTurn } from '../answer.ts'
import { conversationsFrom } from '../conversations.ts'
import type { ConversationRow } from '../schema.ts'
import { type TurnRow, turnsFrom } from '../turns.ts'

const CONVERSATIONS_AT_ONCE = 50
/** Of 100 KB each they are 5 MB. */
const TURNS_AT_ONCE = 50

export type ExportHead = { readonly user: User; readonly exportedAt: string }

/** How a format is written, piece by piece. */
export type ExportFormat = {
  readonly contentType: string
  readonly fileName: string
  head(head: ExportHead): string
  conversation(conversation: Conversation, index: number): string
  turn(turn: Turn, index: number): string
  endOfConversation(): string
  foot(): string
}

/**
 * Everything a user wrote, oldest conversation first. It reads a page only when the one before has been taken, so it
 * holds little in memory and stops reading when nobody takes any more.
 */
export async function* exportPieces(
  store: Store,
  { head, userId }: { head: ExportHead; userId: string },
  format: ExportFormat,
): AsyncGenerator<string> {
  yield format.head(head)
  let index = 0
  for await (const conversation of conversationsOf(store, userId)) {
    yield format.conversation(answerConversation(conversation), index)
    yield* turnPieces(store, conversation.id, format)
    yield format.endOfConversation()
    index += 1
  }
  yield format.foot()
}

async function* conversationsOf(store: Store, userId: string): AsyncGenerator<ConversationRow> {
  const limit = CONVERSATIONS_AT_ONCE
  let after: ConversationRow | null = null
  for (;;) {
    const from: ConversationRow | null = after
    const page: ConversationRow[] = await store.read((db) =>
      conversationsFrom(db, userId, { after: from, limit }),
    )
    yield* page
    after = page.at(-1) ?? null
    if (page.length < limit) return
  }
}

/** A piece a page of turns: small pieces cost more than they weigh. */
async function* turnPieces(
  store: Store,
  conversationId: string,
  format: ExportFormat,
): AsyncGenerator<string> {
  const limit = TURNS_AT_ONCE
  let written = 0
  for (let after = 0; ; ) {
    const from = after
    const page: TurnRow[] = await store.read((db) => turnsFrom(db, conversationId, { after: from, limit }))
    const begun = written
    yield page.map((row, at) => format.turn(answerTurn(row), begun + at)).join('')
    written += page.length
    after = page.at(-1)?.seq ?? after
    if (page.length < limit) return
  }
}
