import { EMOTIONS } from '@emotibot/contracts'
import { textAt } from '../journey/journey.ts'
import { scenario } from '../journey/scenario.ts'
import { TEXTS } from '../scenarios/emotion.ts'
import type { WalkedEntry } from './entry.ts'

const OTHER_LABELS: Readonly<Record<string, string>> = {
  happy: 'joy',
  sad: 'sadness',
  angry: 'anger',
  surprised: 'surprise',
  fearful: 'fear',
}

/** 2: other labels: an avatar without a face, canned replies that fall to neutral. */
export const labels: WalkedEntry = {
  number: 2,
  scenario: scenario(
    'catalogue 2: labels are the six of version 1, each reachable',
    ['emotion.analyze', 'emotion.batch'],
    async ({ call, claim }) => {
      for (const emotion of EMOTIONS) {
        const { json } = await call('emotion.analyze', { body: { text: TEXTS[emotion] }, note: emotion })
        claim('emotion.analyze', `${emotion} is reached`, textAt(json, 'emotion') === emotion)
      }
      await call('emotion.batch', { body: { texts: Object.values(TEXTS) } })
    },
  ),
  breakages: [
    {
      name: 'labels are joy, sadness, anger, surprise, fear',
      answer: (answer, { path }) => {
        if (!path.startsWith('/api/emotion/')) return answer
        const text = answer.body
          .toString()
          .replaceAll(/"(\w+)"/g, (_, word) => `"${OTHER_LABELS[word] ?? word}"`)
        return { ...answer, body: Buffer.from(text) }
      },
    },
  ],
}
