import { Analysis, EMOTIONS } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyze } from './analyze.ts'

const isAnalysis = createCheck(Analysis)

test.each([
  ['happy', 'I got the job! I am so happy'],
  ['sad', "I'm not happy with my life"],
  ['angry', "I'm fed up with all this paperwork"],
  ['surprised', "I can't believe she said yes"],
  ['fearful', 'Oh no, I am so worried about the exam'],
  ['neutral', 'The meeting is at ten'],
])('hears %s in "%s"', (emotion, text) => {
  expect(analyze(text).emotion).toBe(emotion)
})

describe('the rules', () => {
  test('weigh, intensify, negate and exclaim as the contract says', () => {
    expect(analyze('very sad').scores.sad).toBe(0.8571)
    expect(analyze('slightly sad').scores.sad).toBe(0.6667)
    expect(analyze('not happy').scores).toMatchObject({ happy: 0, sad: 0.6667 })
    expect(analyze('not angry').scores.neutral).toBe(1)
    expect(analyze('sad!').scores.sad).toBe(0.8148)
    expect(analyze('sad!!!!').scores).toEqual(analyze('sad!!!').scores)
  })

  test('a negation reaches three tokens within its clause', () => {
    expect(analyze('not at all happy').emotion).toBe('sad')
    expect(analyze('not at any time happy').emotion).toBe('happy')
    expect(analyze('no, happy').emotion).toBe('happy')
    expect(analyze('not sad but happy').emotion).toBe('happy')
  })

  test('two words of a phrase count as one token', () => {
    expect(analyze("can't wait")).toMatchObject({ emotion: 'happy', subjectivity: 1 })
    expect(analyze("couldn't be happier").emotion).toBe('happy')
    expect(analyze('kind of sad').scores.sad).toBe(0.6667)
  })

  test('polarity and subjectivity follow AFINN and the lexicon', () => {
    expect(analyze('good tea')).toMatchObject({ polarity: 0.6124, subjectivity: 0.5 })
    expect(analyze('not good')).toMatchObject({ polarity: -0.6124, subjectivity: 0.5 })
    expect(analyze('')).toMatchObject({ emotion: 'neutral', polarity: 0, subjectivity: 0 })
  })
})

test('any text gets an answer of the contract whose scores sum to one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
      const analysis = analyze(text)
      expect(isAnalysis(analysis)).toBe(true)
      expect(EMOTIONS.reduce((sum, label) => sum + analysis.scores[label], 0)).toBeCloseTo(1, 3)
      expect(analysis.confidence).toBe(analysis.scores[analysis.emotion])
    }),
    { numRuns: 1_000 },
  )
})
