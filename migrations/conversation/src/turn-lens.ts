// One turn in two stores: a row of the monolith's, two messages of the service's. The two laws of a lens (DESIGN §6.5),
// tested with any values SQLite can hold:
//
//   back(forward(row, s)) = row      what came from the monolith goes back as it was
//   forward(back(s), s) = s          what the monolith cannot hold survives its touching the rest of the row
//
// The bot's message is there once there is something said. Until then the monolith's column holds an empty text, for
// old files forbid a NULL there.
import { readStorable, toStorable } from '@emotibot/contracts'
import {
  createColumnLens,
  type Field,
  idOf,
  type Kept,
  type KeptValue,
  type LegacyValue,
  numberField,
  plainTextOf,
  readColumn,
  textField,
  timeField,
  wholeField,
  wholeOf,
  writeColumn,
} from '@emotibot/sync'

const FIELDS = {
  user_id: textField,
  user_message: textField,
  detected_emotion: textField,
  confidence: numberField,
  polarity: numberField,
  subjectivity: numberField,
  timestamp: timeField,
  thread_id: textField,
  seq: wholeField,
  reply_status: textField,
  emotion_status: textField,
  updated_at: textField,
  time_key: textField,
}
const columns = createColumnLens(FIELDS)

type LegacyColumn = keyof typeof FIELDS | 'id' | 'bot_message' | 'owner_key' | 'revision'

/** `conversations` of the monolith, as SQLite gives it; without `docid`, which is the file's own. */
export type LegacyTurnRow = { readonly [C in LegacyColumn]: LegacyValue }

/** Both `messages` of a turn, as Postgres gives them (whole numbers as numbers); without `words`, which are made from the texts. */
export type ServiceTurn = {
  readonly turn_id: string
  readonly conversation_id: string | null
  readonly user_id: string | null
  readonly owner_key: string
  readonly seq: number | null
  readonly text: string | null
  /** The bot's text; null where there is no message of the bot's. */
  readonly reply: string | null
  readonly detected_emotion: string | null
  readonly confidence: number | null
  readonly polarity: number | null
  readonly subjectivity: number | null
  readonly said_at: string | null
  readonly time_key: string | null
  readonly reply_status: string | null
  readonly emotion_status: string | null
  readonly updated_at: string | null
  readonly revision: number
  readonly legacy: Kept<keyof typeof FIELDS | 'bot_message'>
}

/** The messages for a legacy row; `held` are those there are, or null. Throws MappingError for a row with no place. */
export function forward(row: LegacyTurnRow, held: ServiceTurn | null): ServiceTurn {
  const { values, legacy } = columns.read(row, held && heldBy(held))
  const { user_message: text, timestamp: saidAt, thread_id: conversationId, ...others } = values
  const { value: reply, kept } = readReply(row.bot_message, values.reply_status, held)
  return {
    ...others,
    turn_id: idOf('id', row.id),
    conversation_id: conversationId,
    owner_key: toStorable(plainTextOf('owner_key', row.owner_key)),
    text,
    reply,
    said_at: saidAt,
    revision: wholeOf('revision', row.revision),
    legacy: kept === undefined ? legacy : { ...legacy, bot_message: kept },
  }
}

/** The legacy row for a turn's messages. */
export function back(turn: ServiceTurn): LegacyTurnRow {
  return {
    ...columns.write(heldBy(turn)),
    id: turn.turn_id,
    bot_message: writeColumn(replyField(turn.reply_status), heldReply(turn)),
    owner_key: readStorable(turn.owner_key),
    revision: turn.revision,
  }
}

export const turnLens = { forward, back }

/** What is held, by the monolith's names. */
function heldBy(turn: ServiceTurn) {
  const { text, said_at: saidAt, conversation_id: conversationId, legacy } = turn
  return { values: { ...turn, user_message: text, timestamp: saidAt, thread_id: conversationId }, legacy }
}

const heldReply = ({ reply, legacy }: ServiceTurn) => ({ value: reply, kept: legacy.bot_message })

/** An empty text is a reply only of a turn that is complete. */
function replyField(status: string | null): Field<string | null> {
  if (status === 'complete') return textField
  return {
    read: (value) => textField.read(value) || null,
    write: (held) => (held === null ? '' : textField.write(held)),
  }
}

/** What is held counts only for the same status: under another the same value says something else. */
function readReply(
  value: LegacyValue,
  status: string | null,
  held: ServiceTurn | null,
): { readonly value: string | null; readonly kept: KeptValue | undefined } {
  const isComparable = held !== null && held.reply_status === status
  return readColumn(replyField(status), value, isComparable ? heldReply(held) : null)
}
