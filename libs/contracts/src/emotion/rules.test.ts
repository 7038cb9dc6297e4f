import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LEXICON, NEGATIONS, PHRASES } from './lexicon.ts'
import { readEmotionText } from './rules.ts'

test.each([
  ['I don’t know. OK?', [['i', "don't", 'know'], ['ok']]],
  [
    'not happy but sad',
    [
      ['not', 'happy'],
      ['but', 'sad'],
    ],
  ],
  ["can't wait, really", [["can't wait"], ['really']]],
  ['fed up with it :-( <3', [['fed up', 'with', 'it', ':-(', '<3']]],
  ['ＨＡＰＰＹ！ naïve ❤️😡', [['happy'], ['naïve', '❤', '😡']]],
  ['...!?', []],
])('"%s" is read clause by clause', (text, clauses) => {
  expect(readEmotionText(text).clauses).toEqual(clauses)
})

test('exclamation marks are counted, wide ones too', () => {
  expect(readEmotionText('wow!! oh！').exclamations).toBe(3)
})

test('no clause and no token is empty, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { clauses } = readEmotionText(text)
      return clauses.every((clause) => clause.length > 0 && clause.every((token) => token !== ''))
    }),
  )
})

test('every word of the lists is read as itself, so that it can be found', () => {
  for (const token of [...LEXICON.keys(), ...NEGATIONS, ...PHRASES]) {
    expect(readEmotionText(token).clauses).toEqual([[token]])
  }
})
