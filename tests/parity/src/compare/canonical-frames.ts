import type { FrameOut } from '@emotibot/contracts'
import { maskPaths } from './mask.ts'
import type { Naming } from './naming.ts'

const VOLATILE = ['event_id', 'turn.id', 'turn.conversation_id', 'turn.timestamp', 'delta.turn_id'] as const

/** A socket's stream: ids and times by kind, the pieces of one reply joined, for where it is cut is best effort. */
export function canonicalFrames(frames: readonly FrameOut[], naming: Naming): string[] {
  const joined: unknown[] = []
  for (const frame of frames) {
    const last = joined.at(-1)
    if (isDelta(frame) && isDelta(last) && frame.delta.turn_id === last.delta.turn_id)
      joined[joined.length - 1] = join(last, frame)
    else joined.push(frame)
  }
  return joined.map((frame) => JSON.stringify(maskPaths(frame, VOLATILE, naming)))
}

/** How each turn stands at last, in the order in which they were first heard of; then all that is not about a turn. */
export function lastWords(frames: readonly FrameOut[], naming: Naming): string[] {
  const turns = new Map<string, unknown>()
  for (const frame of frames) if (isOfTurn(frame)) turns.set(frame.turn.id, lastWord(frame))
  const rest = frames.filter((frame) => !isOfTurn(frame) && !isDelta(frame))
  return [...turns.values(), ...rest].map((frame) => JSON.stringify(maskPaths(frame, VOLATILE, naming)))
}

type OfTurn = Extract<FrameOut, { turn: unknown }>
const isOfTurn = (frame: FrameOut): frame is OfTurn =>
  frame.type === 'turn.created' || frame.type === 'turn.updated'
const lastWord = ({ event_id, turn }: OfTurn) => ({ type: 'the last word', event_id, turn })

type Delta = Extract<FrameOut, { type: 'turn.delta' }>

function isDelta(frame: unknown): frame is Delta {
  return typeof frame === 'object' && frame !== null && 'type' in frame && frame.type === 'turn.delta'
}

function join(before: Delta, after: Delta): Delta {
  return { ...before, delta: { ...before.delta, text: before.delta.text + after.delta.text } }
}
