import Type, { type Static } from 'typebox'
import { Turn } from './schemas/conversation.ts'
import { Analysis } from './schemas/emotion.ts'
import { closed, MessageText } from './schemas/primitives.ts'

/** `<row id>.<revision>`: a durable event is a row's revision, equal on both sides. */
export const EventId = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}\\.[1-9][0-9]{0,9}$' })
export const RESUME_MAX_IDS = 200
export const FRAME_LIMIT_BYTES = 64 * 1024

/** What a page may send. */
export const FRAMES_IN = {
  preview: Type.Object({ type: Type.Literal('preview'), text: MessageText }, closed),
  typing: Type.Object({ type: Type.Literal('typing') }, closed),
  resume: Type.Object(
    { type: Type.Literal('resume'), seen: Type.Array(EventId, { maxItems: RESUME_MAX_IDS }) },
    closed,
  ),
}

/** What a page gets. Those with an `event_id` are durable and resume; the others are best effort. */
export const FRAMES_OUT = {
  ready: Type.Object(
    { type: Type.Literal('ready'), username: Type.Unsafe<string | null>({ type: ['string', 'null'] }) },
    closed,
  ),
  'turn.created': Type.Object({ type: Type.Literal('turn.created'), event_id: EventId, turn: Turn }, closed),
  'turn.delta': Type.Object(
    {
      type: Type.Literal('turn.delta'),
      delta: Type.Object(
        {
          turn_id: Type.String(),
          offset: Type.Integer({ description: 'UTF-16 units' }),
          text: Type.String(),
        },
        closed,
      ),
    },
    closed,
  ),
  'turn.updated': Type.Object({ type: Type.Literal('turn.updated'), event_id: EventId, turn: Turn }, closed),
  'emotion.preview': Type.Object({ type: Type.Literal('emotion.preview'), emotion: Analysis }, closed),
  typing: Type.Object({ type: Type.Literal('typing') }, closed),
  resync: Type.Object({ type: Type.Literal('resync') }, closed),
  error: Type.Object(
    {
      type: Type.Literal('error'),
      error: Type.Object({ code: Type.String(), message: Type.String() }, closed),
    },
    closed,
  ),
}

export type FrameIn = { [K in keyof typeof FRAMES_IN]: Static<(typeof FRAMES_IN)[K]> }[keyof typeof FRAMES_IN]
export type FrameOut = {
  [K in keyof typeof FRAMES_OUT]: Static<(typeof FRAMES_OUT)[K]>
}[keyof typeof FRAMES_OUT]

/** Why a socket is closed by us; the page acts on the number. */
export const CLOSE = { signInAgain: 4001, tooSlow: 4008, overLimit: 4009, reconnect: 4012 } as const

/** The id of the event that a row's revision is. */
export function eventId(rowId: string, revision: number): string {
  return `${rowId}.${revision}`
}
