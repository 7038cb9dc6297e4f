import type { Conversation, Turn, User } from '@emotibot/contracts'
import { and, asc, eq, gt } from 'drizzle-orm'
import type { Store } from '../store/store.ts'
import { type ThreadRow, turns } from '../store/tables.ts'
import { answerConversation, answerTurn } from './answer.ts'
import { threadsFrom } from './threads.ts'

const THREADS_AT_ONCE = 50
const TURNS_AT_ONCE = 200

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
export function* exportPieces(
  store: Store,
  { head, userId }: { head: ExportHead; userId: string },
  format: ExportFormat,
): Generator<string> {
  yield format.head(head)
  let index = 0
  for (const thread of threadsOf(store, userId)) {
    yield format.conversation(answerConversation(thread), index)
    yield* turnPieces(store, thread.id, format)
    yield format.endOfConversation()
    index += 1
  }
  yield format.foot()
}

function* threadsOf(store: Store, userId: string): Generator<ThreadRow> {
  let last: ThreadRow | null = null
  for (;;) {
    const page: ThreadRow[] = store.read((db) => threadsFrom(db, userId, last, THREADS_AT_ONCE))
    yield* page
    last = page.at(-1) ?? null
    if (page.length < THREADS_AT_ONCE) return
  }
}

/** A piece a page of turns: small pieces cost more than they weigh. */
function* turnPieces(store: Store, threadId: string, format: ExportFormat): Generator<string> {
  let written = 0
  for (let seq = 0; ; ) {
    const isNext = and(eq(turns.threadId, threadId), gt(turns.seq, seq))
    const page = store.read((db) =>
      db.select().from(turns).where(isNext).orderBy(asc(turns.seq)).limit(TURNS_AT_ONCE).all(),
    )
    yield page.map((row, at) => format.turn(answerTurn(row), written + at)).join('')
    written += page.length
    seq = page.at(-1)?.seq ?? seq
    if (page.length < TURNS_AT_ONCE) return
  }
}
