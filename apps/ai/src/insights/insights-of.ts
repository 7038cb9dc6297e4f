import { EMOTIONS, type Emotion, type FeltTurns, round4 } from '@emotibot/contracts'

type FeltTurn = FeltTurns['turns'][number]

const NOTHING_YET = 'There is nothing to look back on yet. Say how you are, and patterns will show here.'

/** One or two sentences about turns; the same turns give the same sentences. */
export function insightsOf(felt: readonly FeltTurn[]): string {
  const [emotion, times] = mostFelt(felt)
  if (times === 0) return NOTHING_YET
  const messages = felt.length === 1 ? 'your one message so far' : `your latest ${felt.length} messages`
  return `In ${messages} you sounded ${emotion} most often (${times} of ${felt.length}). ${toneOf(felt)}`
}

/** The label heard most, the earlier in EMOTIONS on a tie; labels nobody knows count for none. */
function mostFelt(felt: readonly FeltTurn[]): [Emotion, number] {
  const timesOf = (label: Emotion) => felt.filter(({ emotion }) => emotion === label).length
  const counted = EMOTIONS.map((label): [Emotion, number] => [label, timesOf(label)])
  return counted.reduce((most, next) => (next[1] > most[1] ? next : most))
}

const CLEARLY = 0.1

function toneOf(felt: readonly FeltTurn[]): string {
  const rated = felt.flatMap(({ polarity }) => (polarity === null ? [] : [polarity]))
  const average = round4(rated.reduce((sum, polarity) => sum + polarity, 0) / Math.max(rated.length, 1))
  if (average > CLEARLY) return 'The tone was rather bright.'
  if (average < -CLEARLY) return 'The tone was rather heavy; be kind to yourself.'
  return 'The tone was even.'
}
