import {
  type Analysis,
  EMOTIONS,
  EXCLAIMED,
  EXCLAMATIONS_COUNTED,
  NEUTRAL_WEIGHT,
  POLARITY_ALPHA,
  round4,
} from '@emotibot/contracts'
import { readText } from './read-text.ts'
import { Tally } from './tally.ts'

/** What a text sounds like, by the contract's rules of emotion version 1. Never throws. */
export function analyze(text: string): Analysis {
  const tally = new Tally()
  readText(text, tally)
  const scores = scoresOf(tally)
  const emotion = winnerOf(scores)
  return {
    emotion,
    confidence: scores[emotion],
    polarity: round4(tally.polaritySum / Math.sqrt(tally.polaritySum ** 2 + POLARITY_ALPHA)),
    subjectivity: tally.tokens === 0 ? 0 : round4(tally.affectiveTokens / tally.tokens),
    scores,
  }
}

function scoresOf({ sums, exclamations }: Tally): Analysis['scores'] {
  const factor = EXCLAIMED ** Math.min(exclamations, EXCLAMATIONS_COUNTED)
  const total = (sums.happy + sums.sad + sums.angry + sums.surprised + sums.fearful) * factor
  const whole = total + NEUTRAL_WEIGHT
  return {
    happy: round4((sums.happy * factor) / whole),
    sad: round4((sums.sad * factor) / whole),
    angry: round4((sums.angry * factor) / whole),
    surprised: round4((sums.surprised * factor) / whole),
    fearful: round4((sums.fearful * factor) / whole),
    neutral: round4(NEUTRAL_WEIGHT / whole),
  }
}

function winnerOf(scores: Analysis['scores']): Analysis['emotion'] {
  let winner: Analysis['emotion'] = 'happy'
  for (const emotion of EMOTIONS) if (scores[emotion] > scores[winner]) winner = emotion
  return winner
}
