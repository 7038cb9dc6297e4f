import { Analysis, EMOTIONS } from '@emotibot/contracts'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { analyze } from './analyze.ts'

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())
const wordyText = fc
  .array(
    fc.constantFrom(
      'happy',
      'not',
      'very',
      'sad',
      '!',
      'but',
      'scared',
      'wow',
      'hate',
      'slightly',
      '.',
      '😡',
      'tea',
    ),
  )
  .map((words) => words.join(' '))
const text = fc.oneof(anyText, wordyText)

describe('the rules', () => {
  test('an intensifier strengthens and a diminisher weakens the word right after it', () => {
    const plain = analyze('sad').confidence
    expect(analyze('very sad').confidence).toBeGreaterThan(plain)
    expect(analyze('slightly sad').confidence).toBeLessThan(plain)
  })

  test('a negated happy word is half a sad one, and other negated words say nothing', () => {
    expect(analyze('not happy').scores).toMatchObject({ happy: 0, sad: 0.6667, neutral: 0.3333 })
    expect(analyze('not angry').scores).toMatchObject({ angry: 0, neutral: 1 })
  })

  test('a negation reaches three tokens, and never over the end of a clause', () => {
    expect(analyze('not at all happy').emotion).toBe('sad')
    expect(analyze('not at any time happy').emotion).toBe('happy')
    expect(analyze('no, happy').emotion).toBe('happy')
    expect(analyze('not tired but happy').emotion).toBe('happy')
  })

  test('up to three exclamation marks count', () => {
    const [none, one, three, four] = ['glad', 'glad!', 'glad!!!', 'glad!!!!'].map(
      (it) => analyze(it).confidence,
    )
    expect(none).toBeLessThan(one ?? 0)
    expect(one).toBeLessThan(three ?? 0)
    expect(four).toBe(three)
  })

  test('polarity follows AFINN and changes its sign behind a negation', () => {
    expect(analyze('good').polarity).toBe(0.6124)
    expect(analyze('not good').polarity).toBe(-0.6124)
    expect(analyze('no').polarity).toBe(0)
  })

  test('a text without words is neutral for certain', () => {
    expect(analyze(' … ?')).toMatchObject({ emotion: 'neutral', confidence: 1, polarity: 0, subjectivity: 0 })
  })

  test('names of inherited properties are plain words', () => {
    expect(analyze('constructor __proto__ toString').scores.neutral).toBe(1)
  })
})

describe('for any text', () => {
  test('the answer is the contract’s, and never throws', () => {
    fc.assert(
      fc.property(text, (it) => Value.Check(Analysis, analyze(it))),
      { numRuns: 2_000 },
    )
  })

  test('scores sum to one and confidence is the largest of them', () => {
    fc.assert(
      fc.property(text, (it) => {
        const { scores, confidence, emotion } = analyze(it)
        const values = EMOTIONS.map((label) => scores[label])
        expect(values.reduce((sum, value) => sum + value)).toBeCloseTo(1, 3)
        expect(confidence).toBe(Math.max(...values))
        expect(scores[emotion]).toBe(confidence)
      }),
    )
  })

  test('letters of either case and straight or curly apostrophes read alike', () => {
    fc.assert(
      fc.property(wordyText, (it) => {
        expect(analyze(it.toUpperCase())).toEqual(analyze(it))
      }),
    )
    expect(analyze('I don’t feel happy')).toEqual(analyze("I don't feel happy"))
  })
})
