import { readStorable } from '@emotibot/contracts'
import { deleteRows, type PostgresRows, type Statement, upsertRows } from '@emotibot/sync'
import { serviceTables } from './tables.ts'
import type { ServiceTurn } from './turn-lens.ts'
import { toTsvector } from './turn-words.ts'

const table = serviceTables.messages
const eachMessage = { ...table, keyColumns: ['turn_id', 'role'] }

/** As Postgres's driver gives it: a bigint is text. */
type Columns = Omit<ServiceTurn, 'seq' | 'revision'> & {
  readonly seq: string | null
  readonly revision: string
}

/** A turn is two rows of one table. The user's knows all of it; the bot's is there once there is something said. */
export const messageRows: PostgresRows<ServiceTurn> = {
  tables: [table],
  async read(sql, keys) {
    const found = await sql<Columns[]>`
      select said.turn_id, said.conversation_id, said.user_id, said.owner_key, said.seq, said.text,
        replied.text as reply, said.detected_emotion, said.confidence, said.polarity, said.subjectivity, said.said_at,
        said.time_key, said.reply_status, said.emotion_status, said.updated_at, said.revision, said.legacy
      from messages said left join messages replied on replied.turn_id = said.turn_id and replied.role = 'bot'
      where said.turn_id = any(${[...keys]}) and said.role = 'user'`
    return new Map(found.map((row) => [row.turn_id, fromColumns(row)]))
  },
  write: (turns) => [
    ...upsertRows(
      eachMessage,
      turns.flatMap((turn) => [saidRow(turn), ...replyRows(turn)]),
    ),
    ...unsayReplies(turns.filter(({ reply }) => reply === null)),
  ],
  remove: (keys) =>
    deleteRows(
      table,
      keys.map((turnId) => ({ turn_id: turnId })),
    ),
}

function fromColumns(row: Columns): ServiceTurn {
  return { ...row, seq: row.seq === null ? null : Number(row.seq), revision: Number(row.revision) }
}

function saidRow({ reply, ...row }: ServiceTurn): object {
  const words = toTsvector({
    userId: plain(row.user_id),
    userMessage: plain(row.text),
    botMessage: plain(reply),
  })
  return { ...row, role: 'user', words }
}

const plain = (held: string | null): string | null => (held === null ? null : readStorable(held))

function replyRows({ reply, turn_id, conversation_id, user_id, owner_key, seq }: ServiceTurn): object[] {
  if (reply === null) return []
  return [{ turn_id, role: 'bot', conversation_id, user_id, owner_key, seq, text: reply, legacy: {} }]
}

/** A bot's message without a text counts as none. It stays, for the end of a row would be the end of the turn. */
function unsayReplies(turns: readonly ServiceTurn[]): Statement[] {
  if (turns.length === 0) return []
  const text = `update messages held set text = null from json_to_recordset($1::text::json) as given(turn_id text)
    where held.turn_id = given.turn_id and held.role = 'bot' and held.text is not null`
  return [{ text, value: JSON.stringify(turns.map(({ turn_id }) => ({ turn_id }))) }]
}
