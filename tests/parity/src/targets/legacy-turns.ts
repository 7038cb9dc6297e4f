import { DatabaseSync } from 'node:sqlite'

type Held = string | number | Buffer | null

type LegacyTurn = {
  readonly said: Held
  readonly reply?: Held
  readonly label?: Held
  readonly polarity?: Held
  readonly at?: Held
}

const LARGE_BYTES = 100_000

/** What an old file may hold of one user. A Buffer is text that is no UTF-8: half a pair of surrogates, a cut character. */
const TURNS: readonly LegacyTurn[] = [
  { said: 'The oldest, of crème brûlée', reply: 'Mmm.' },
  { said: 'nul \u0000 within', reply: '\u0000' },
  { said: '\u0000', reply: 'only a nul', label: 'sad' },
  { said: 'escaped \uE000 and \u0000\uE000', reply: '\uE000', label: 'a\u0000\uE000' },
  { said: '😀 👩‍👩‍👧‍👦 🇸🇪 𝒽𝒶𝓅𝓅𝓎', reply: '🙂', label: 'happy', polarity: 0.9 },
  { said: Buffer.from('half a pair: \xed\xa0\xbd, the other: \xed\xb8\x80', 'latin1'), reply: 'Pardon?' },
  { said: Buffer.from('a cut character \xf0\x9f\x98', 'latin1'), reply: Buffer.from('\xff', 'latin1') },
  { said: 'ça va bien '.repeat(LARGE_BYTES / 12), reply: '大'.repeat(LARGE_BYTES / 3), label: 'surprised' },
  { said: '', reply: '' },
  { said: 'nobody answered', reply: null, label: null, polarity: null },
  { said: null, reply: 'to nothing', label: 'joy', polarity: -7 },
  { said: 42, reply: 4.5, label: 7, polarity: '0.25' },
  { said: 'at no time', reply: 'ok', at: null },
  { said: 'at an odd time', reply: 'ok', at: 'yesterday \u0000' },
  { said: 'with a zone', reply: 'ok', at: '2024-05-03T10:00:00+02:00' },
  {
    said: '<b>markup</b> # | `code`\r\n\t\u2028 and lines',
    reply: '> quote',
    label: 'angry',
    polarity: -0.4,
  },
]

const idOf = (at: number): string => `11111111-0000-4000-8000-${String(at).padStart(12, '0')}`
const timeOf = (at: number): string => `2024-05-02 10:${String(at).padStart(2, '0')}:41.123456`

/** Adds them to a file that no monolith has opened yet; the same ids in every file. */
export function addLegacyTurns(file: string, userId: string): void {
  const database = new DatabaseSync(file)
  for (const [at, turn] of TURNS.entries()) {
    const { said, reply = 'ok', label = 'neutral', polarity = 0, at: time = timeOf(at) } = turn
    database
      .prepare(`INSERT INTO conversations VALUES (?, ?, ${slot(said)}, ${slot(reply)}, ?, 0.5, ?, 0.25, ?)`)
      .run(idOf(at), userId, said, reply, label, polarity, time)
  }
  database.close()
}

const slot = (value: Held): string => (Buffer.isBuffer(value) ? 'CAST(? AS TEXT)' : '?')
