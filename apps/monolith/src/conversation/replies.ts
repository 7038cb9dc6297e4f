import { setTimeout as pause } from 'node:timers/promises'
import { EMOTIONS, type Emotion, replyChunks, type Turn } from '@emotibot/contracts'
import type { Logger } from '@emotibot/service-kit'
import type { LiveHub } from '../realtime/live-hub.ts'
import type { Store } from '../store/store.ts'
import { unlessStale } from '../store/writes/unless-stale.ts'
import type { TurnNews } from './turn-news.ts'
import { completeTurn } from './turns.ts'

/**
 *   turn stored, pending ─► deltas to the user's sockets ─► turn complete in a second transaction ─► turn.updated
 *
 * A reply whose turn is gone or the other side's by then is dropped; one that cannot be stored is tried again until it can, and
 * what is left pending is taken up by a chore (`complete-pending.ts`).
 */
export type ReplyTask = {
  readonly turn: Turn
  readonly userId: string
  readonly partition: string
  /** Whether the words come one by one, as somebody watches. */
  readonly isPaced: boolean
}

export type Replies = {
  /** Resolves when the reply is stored or dropped; never rejects. */
  begin(task: ReplyTask): Promise<void>
  isUnderWay(turnId: string): boolean
  /** Resolves when the turn's reply is stored or dropped, after `waitMs` at the latest; at once when none is on its way. */
  settled(turnId: string, waitMs: number): Promise<void>
  /** Lets replies that are on their way finish at once, unpaced. */
  close(): Promise<void>
}

export type RepliesDeps = {
  readonly store: Store
  readonly hub: LiveHub
  readonly news: TurnNews
  readonly compose: (text: string, emotion: Emotion) => string
  readonly now: () => number
  readonly paceMs: number
  readonly logger: Logger
}

const RETRY_FIRST_MS = 100
const RETRY_MOST_MS = 30_000

export function createReplies(deps: RepliesDeps): Replies {
  const underWay = new Map<string, Promise<void>>()
  const closing = new AbortController()

  return {
    begin(task) {
      const { id } = task.turn
      const begun = underWay.get(id)
      if (begun) return begun
      const work = write(task, deps, closing.signal)
        .catch((cause: unknown) => deps.logger.error({ err: cause, turn: id }, 'a reply was not stored'))
        .finally(() => underWay.delete(id))
      underWay.set(id, work)
      return work
    },
    isUnderWay: (turnId) => underWay.has(turnId),
    async settled(turnId, waitMs) {
      const work = underWay.get(turnId)
      if (!work) return
      const late = new AbortController()
      await Promise.race([work, pause(waitMs, undefined, { signal: late.signal }).catch(() => undefined)])
      late.abort()
    },
    async close() {
      closing.abort()
      await Promise.all(underWay.values())
    },
  }
}

async function write(task: ReplyTask, deps: RepliesDeps, closing: AbortSignal): Promise<void> {
  const reply = deps.compose(task.turn.user_message, emotionOf(task.turn))
  await stream(task, reply, { deps, closing })
  await store(task, reply, { deps, closing })
}

type Under = { deps: RepliesDeps; closing: AbortSignal }

async function stream(
  { turn, userId, isPaced }: ReplyTask,
  reply: string,
  { deps, closing }: Under,
): Promise<void> {
  let offset = 0
  for (const text of replyChunks(reply)) {
    deps.hub.publish(userId, { type: 'turn.delta', delta: { turn_id: turn.id, offset, text } })
    offset += text.length
    if (isPaced && deps.paceMs > 0) await pauseUnless(closing, deps.paceMs)
  }
}

/** Tries until the store takes it: the disk may be full for a while, and the user waits for a reply. */
async function store(task: ReplyTask, reply: string, { deps, closing }: Under): Promise<void> {
  for (let delayMs = RETRY_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RETRY_MOST_MS)) {
    try {
      return complete(task, reply, deps)
    } catch (cause) {
      if (closing.aborted) throw cause
      await pauseUnless(closing, delayMs)
    }
  }
}

function complete({ turn, partition }: ReplyTask, reply: string, { store, news, now }: RepliesDeps): void {
  const time = new Date(now()).toISOString()
  const written = unlessStale(() =>
    store.write({ group: 'conversation', partition }, (tx) => completeTurn(tx, turn.id, { reply, time })),
  )
  if (written?.value) news.updated(written.value)
}

function emotionOf({ detected_emotion: held }: Turn): Emotion {
  return EMOTIONS.find((label) => label === held) ?? 'neutral'
}

async function pauseUnless(closing: AbortSignal, delayMs: number): Promise<void> {
  await pause(delayMs, undefined, { signal: closing }).catch(() => undefined)
}
