import Type from 'typebox'

/** Text without U+0000 and without lone surrogates: SQLite and Postgres treat both differently. Needs the `u` flag. */
const CLEAN = '[^\\u0000\\uD800-\\uDFFF]'
const CLEAN_TEXT = `^${CLEAN}*$`
const NOT_BLANK = `^(?=[\\s\\S]*\\S)${CLEAN}*$`

/** A name people see: no control characters, no bidirectional overrides, no space at either end. */
const NAME = '^(?!\\s)[^\\p{Cc}\\p{Cs}\\u202A-\\u202E\\u2066-\\u2069]+(?<!\\s)$'

export const TEXT_MAX_CHARACTERS = 10_000

export const MessageText = Type.String({ pattern: NOT_BLANK, minLength: 1, maxLength: TEXT_MAX_CHARACTERS })
export const Title = Type.String({ pattern: NAME, minLength: 1, maxLength: 120 })
export const Username = Type.String({ pattern: NAME, minLength: 1, maxLength: 80 })
export const Email = Type.String({
  pattern: '^[^\\s@\\p{Cc}\\p{Cs}]+@[^\\s@\\p{Cc}\\p{Cs}]+$',
  maxLength: 254,
})
/** A login name is a username or an e-mail. Loose on purpose: an unknown one is a 401, and legacy names have no rule. */
export const LoginName = Type.String({ pattern: CLEAN_TEXT, minLength: 1, maxLength: 254 })
/** No length rule, as ever (see the parity catalogue, 7); the upper bound keeps hashing bounded. */
export const Password = Type.String({ pattern: CLEAN_TEXT, minLength: 1, maxLength: 1_024 })
export const SearchQuery = Type.String({ pattern: NOT_BLANK, minLength: 1, maxLength: 200 })

/** Ids are UUID text minted in code; a legacy id is answered as it is. */
export const Id = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$', description: 'UUID text' })
/** UTC ISO 8601 with milliseconds and `Z`; the own text of a legacy time that cannot be read. */
export const Time = Type.String({ description: 'UTC, ISO 8601 with milliseconds and Z' })
/** A key the client makes up, one per intended effect, kept 24 hours. */
export const IdempotencyKey = Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,128}$' })
/** Cursor into a conversation: turns with a smaller `seq`. Take it from `next_before`. */
export const SeqCursor = Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'from next_before' })
/** Cursor into a list ordered by time, then id. Take it from `next_before`. */
export const TimeCursor = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z_[0-9A-Za-z_-]{1,64}$',
  description: 'from next_before',
})

export function Limit(most: number, usual: number) {
  return Type.Optional(Type.Integer({ minimum: 1, maximum: most, default: usual }))
}

/** JSON Schema's own way to say "or null": one `type` list, which serializers write without trying each branch. */
export const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] })
export const NullableNumber = Type.Unsafe<number | null>({ type: ['number', 'null'] })

/** One of a fixed list of words. */
export function OneOf<const T extends readonly string[]>(words: T) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...words] })
}

/** An object that refuses fields it does not know. */
export const closed = { additionalProperties: false } as const
