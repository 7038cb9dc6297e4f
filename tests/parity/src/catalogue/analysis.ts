import { scenario } from '../journey/scenario.ts'
import { type Breakage, jsonOf } from '../plant/breakage.ts'
import type { WalkedEntry } from './entry.ts'

const FIELDS = 'bot_message,emotion,confidence,polarity,subjectivity'

const otherFields: Breakage = {
  name: 'an analysis has other fields',
  answer: (answer, { path }) => {
    const body = path === '/api/ai/reply' ? jsonOf(answer.body) : null
    if (typeof body !== 'object' || !body || !('bot_message' in body)) return answer
    const { bot_message: response, ...rest } = body
    return { ...answer, body: Buffer.from(JSON.stringify({ response, sentiment: rest })) }
  },
}

/** 1: an analysis answers other fields: fallback text, empty meters. */
export const analysis: WalkedEntry = {
  number: 1,
  scenario: scenario(
    'catalogue 1: an analysis carries its reply and its measures under their own names',
    ['ai.reply'],
    async ({ call, claim }) => {
      const { json } = await call('ai.reply', { body: { text: 'I am so happy today' } })
      claim('ai.reply', 'it has its fields', Object.keys(json ?? {}).join() === FIELDS)
    },
  ),
  breakages: [otherFields],
}
