import { EMOTIONS, LEXICON, NEGATIONS, PHRASES, routeOf } from '@emotibot/contracts'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { aiTarget, monolithTarget } from './targets/alone.ts'
import type { Target } from './targets/target.ts'

let targets: readonly Target[]
beforeAll(async () => {
  targets = [await monolithTarget(), await aiTarget()]
  return async () => {
    for (const target of targets) await target.close()
  }
})

const { path } = routeOf('ai.reply')

/** The answer's bytes; nothing is a makeshift. */
async function replyOf({ url }: Target, text: string): Promise<string> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  })
  expect([answer.status, answer.headers.get('emotibot-fallback')]).toEqual([200, null])
  return answer.text()
}

const crisis = ['I want to die', 'better off without me', 'I cut myself', 'shaving', 'of laughter']
const words = fc.constantFrom(
  ...LEXICON.keys(),
  ...NEGATIONS,
  ...PHRASES,
  ...crisis,
  'but',
  'tea',
  '!',
  ',',
  '…',
)
const spoken = fc.array(words, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(' '))
const anything = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
const isText = (text: string) => text.trim() !== '' && text.isWellFormed() && !text.includes('\u0000')

test('the ai service replies to any text with the bytes of the monolith', async () => {
  const heard = new Set<unknown>()
  await fc.assert(
    fc.asyncProperty(fc.oneof(spoken, anything).filter(isText), async (text) => {
      const [monolith, service] = await Promise.all(targets.map((target) => replyOf(target, text)))
      expect(service).toBe(monolith)
      heard.add((JSON.parse(monolith ?? '') as { emotion: unknown }).emotion)
    }),
    { numRuns: 300 },
  )
  expect([...heard].sort()).toEqual([...EMOTIONS].sort())
})
