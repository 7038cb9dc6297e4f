import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerTime, fold, matchesSearch, readStorable, round4, searchWords, toStorable } from './text.ts'

describe('fold', () => {
  it.each([
    ['Émilie', 'émilie'],
    ['E\u0301MILIE', 'émilie'],
    ['ＡＬＩＣＥ', 'alice'],
    ['ﬁona', 'fiona'],
  ])('makes %s and %s one name', (a, b) => {
    expect(fold(a)).toBe(fold(b))
  })

  it('keeps names apart that only look alike to ASCII', () => {
    expect(fold('emilie')).not.toBe(fold('émilie'))
  })
})

describe('search words', () => {
  it('strips marks and case and splits at everything that is no letter and no digit', () => {
    expect(searchWords("Crème brûlée, n°42 -- it's ÄÖ!")).toEqual([
      'creme',
      'brulee',
      'n',
      '42',
      'it',
      's',
      'ao',
    ])
  })

  it('are made of letters and digits alone, so that a space between them is safe to split at', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(searchWords(text).every((word) => /^[\p{L}\p{N}]+$/u.test(word))).toBe(true)
      }),
    )
  })

  it('find a turn by the beginnings of its words, in any order', () => {
    expect(matchesSearch('bru CRÈ', 'Crème brûlée')).toBe(true)
    expect(matchesSearch('reme', 'Crème brûlée')).toBe(false)
    expect(matchesSearch('…', 'Crème brûlée')).toBe(false)
  })
})

describe('answerTime', () => {
  it.each([
    ['2024-05-01 18:22:41.123456', '2024-05-01T18:22:41.123Z'],
    ['2024-05-01T18:22:41', '2024-05-01T18:22:41.000Z'],
    ['2024-05-01 18:22:41.5', '2024-05-01T18:22:41.500Z'],
    ['2024-05-01T20:22:41.123+02:00', '2024-05-01T18:22:41.123Z'],
    ['2024-05-01T18:22:41.123Z', '2024-05-01T18:22:41.123Z'],
  ])('answers %s as %s', (stored, answered) => {
    expect(answerTime(stored)).toBe(answered)
  })

  it('answers what is no time in its own text', () => {
    expect(answerTime('last tuesday')).toBe('last tuesday')
    expect(answerTime('2024-13-45 99:00:00')).toBe('2024-13-45 99:00:00')
  })
})

it('rounds averages to four decimals and knows no negative zero', () => {
  expect(round4(0.123456)).toBe(0.1235)
  expect(Object.is(round4(-0.00001), 0)).toBe(true)
})

describe('text where U+0000 cannot be held', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\u0000', '\uE000', '0', '1', 'a') }),
  )

  it('is written without it and comes back as it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(toStorable(text)).not.toContain('\u0000')
        expect(readStorable(toStorable(text))).toBe(text)
      }),
    )
  })

  it('stays as it is when it holds none', () => {
    expect(toStorable('Émilie 🐈')).toBe('Émilie 🐈')
  })
})
