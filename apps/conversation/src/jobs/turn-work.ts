import { CRISIS_REPLY, hasCrisisWords } from '@emotibot/contracts'
import type { Gate } from '@emotibot/service-kit'
import { type Store, type Tx, unlessStale } from '@emotibot/service-store'
import { completeTurn, correctEmotion } from '../complete-turn.ts'
import { RefusedError, UnheardError } from '../errors.ts'
import { feltOf } from '../neighbours/hear-emotion.ts'
import type { Neighbours } from '../neighbours/neighbours.ts'
import type { TurnRow } from '../turns.ts'
import { backoffMs } from './backoff.ts'
import { endLease, putOff } from './leases.ts'

export type TurnTask = {
  readonly turn: TurnRow
  /** How often it was tried in vain. */
  readonly attempts: number
  /** Whether its emotion was asked for a moment ago, in vain if it is pending. */
  readonly isNew: boolean
  /** This process ends: what is under way is given back. */
  readonly closing: AbortSignal
}

/** Does what a turn waits for, as far as it can be done now; whether any of it was. Throws what the store throws. */
export type TurnWork = (task: TurnTask) => Promise<boolean>

export type TurnWorkDeps = Pick<Neighbours, 'askEmotion' | 'askReply'> & {
  readonly store: Store
  /** How many ask for a reply at once. */
  readonly gate: Gate
  /** A task that waited longer for its turn at the gate leaves its asking to the next. */
  readonly patienceMs: number
  readonly now: () => number
  readonly random: () => number
}

/** An emotion that was unheard a moment ago, or a gate with a long line. */
const NOT_ASKED_REST_MS = 1_000

export function createTurnWork(deps: TurnWorkDeps): TurnWork {
  const { store, askEmotion, askReply, gate, patienceMs, now, random } = deps
  const time = () => new Date(now()).toISOString()

  function commit({ turnId, ownerKey }: TurnRow, isLast: boolean, effect: (tx: Tx) => Promise<boolean>) {
    const written = store.write({ group: 'conversation', partition: ownerKey }, async (tx) => {
      await effect(tx)
      if (isLast) await endLease(tx, turnId)
    })
    return unlessStale(written)
  }

  async function correct({ turn, closing }: TurnTask): Promise<void> {
    const asked = { ...questionOf(turn), signal: closing }
    const analysis = await nullIfRefused(askEmotion(asked))
    const felt = analysis && feltOf(analysis)
    const isLast = turn.replyStatus !== 'pending'
    await commit(turn, isLast, (tx) => correctEmotion(tx, turn.turnId, { felt, time: time() }))
  }

  async function fetchReply({ turn, closing }: TurnTask): Promise<string | null> {
    const text = turn.text ?? ''
    if (hasCrisisWords(text)) return CRISIS_REPLY
    const leaveAtMs = performance.now() + patienceMs
    return gate.run(async () => {
      if (performance.now() > leaveAtMs) throw new UnheardError('ai.reply', { wasAsked: false })
      const reply = await nullIfRefused(askReply({ ...questionOf(turn), signal: closing }))
      return reply?.bot_message ?? null
    })
  }

  async function reply(task: TurnTask, isLast: boolean): Promise<void> {
    const text = await fetchReply(task)
    const { turnId } = task.turn
    await commit(task.turn, isLast, (tx) => completeTurn(tx, turnId, { text, time: time() }))
  }

  return async (task) => {
    const { turn, isNew } = task
    const waitsForEmotion = turn.emotionStatus === 'pending'
    const heard = !waitsForEmotion ? NOTHING : isNew ? NOT_NOW : await attempt(correct(task))
    const isReplyLast = !waitsForEmotion || heard.isDone
    const replied = turn.replyStatus === 'pending' ? await attempt(reply(task, isReplyLast)) : NOTHING
    if (!heard.isDone || !replied.isDone) await rest(task, heard.wasAsked || replied.wasAsked)
    return (waitsForEmotion && heard.isDone) || (turn.replyStatus === 'pending' && replied.isDone)
  }

  async function rest({ turn, attempts, closing }: TurnTask, wasAsked: boolean): Promise<void> {
    if (closing.aborted) return putOff(store, turn.turnId, { attempts, ms: 0 })
    const ms = wasAsked ? backoffMs(attempts, random) : NOT_ASKED_REST_MS
    await putOff(store, turn.turnId, { attempts: wasAsked ? attempts + 1 : attempts, ms })
  }
}

type Attempt = { readonly isDone: boolean; readonly wasAsked: boolean }
const NOTHING: Attempt = { isDone: true, wasAsked: false }
const NOT_NOW: Attempt = { isDone: false, wasAsked: false }

async function attempt(work: Promise<void>): Promise<Attempt> {
  try {
    await work
    return { isDone: true, wasAsked: false }
  } catch (thrown) {
    if (!(thrown instanceof UnheardError)) throw thrown
    return { isDone: false, wasAsked: thrown.wasAsked }
  }
}

function questionOf({ userId, ownerKey, text }: TurnRow) {
  return { user: userId, partition: ownerKey, body: { text: text ?? '' } }
}

async function nullIfRefused<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (thrown) {
    if (!(thrown instanceof RefusedError)) throw thrown
    return null
  }
}
