import { LEXICON, NEGATIONS, PHRASES, readEmotionText } from '@emotibot/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readText } from './read-text.ts'
import { Tally } from './tally.ts'

const token = fc.constantFrom(
  ...LEXICON.keys(),
  ...NEGATIONS,
  ...PHRASES,
  'but',
  'tea',
  '3',
  '!',
  '.',
  "'",
  'é',
  '\n',
)
const wordyText = fc
  .array(fc.tuple(token, fc.constantFrom(' ', '', '-', "'")))
  .map((pairs) => pairs.flat().join(''))
const signs = fc.string({ unit: fc.constantFrom(...":;=-()<3'!? .abu\n_") })
const anyText = fc.oneof(wordyText, signs, fc.string(), fc.string({ unit: 'binary' }))

/** Notes what it is told, in the shape of the contract's own reading. */
class Notes extends Tally {
  readonly clauses: string[][] = [[]]

  override addToken(text: string): void {
    const last = this.clauses.at(-1) ?? []
    const phrase = `${last.at(-1)} ${text}`
    if (text === 'but') this.clauses.push([text])
    else if (PHRASES.has(phrase)) last[last.length - 1] = phrase
    else last.push(text)
  }

  override endClause(): void {
    this.clauses.push([])
  }
}

test('reads every text to the tokens, clauses and exclamation marks of the contract', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const notes = new Notes()
      readText(text, notes)
      expect(notes.clauses.filter((clause) => clause.length > 0)).toEqual(readEmotionText(text).clauses)
      expect(notes.exclamations).toBe(readEmotionText(text).exclamations)
    }),
    { numRuns: 3_000 },
  )
})
