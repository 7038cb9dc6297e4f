// The submodule alone: the whole of `natural` loads database drivers and reads ./.env.
import { SentimentAnalyzer } from 'natural/lib/natural/sentiment/index.js'

/** Word → AFINN-165 value, −5 (bad) to 5 (good). Natural's types leave its vocabulary out. */
export function readAfinn(): ReadonlyMap<string, number> {
  const vocabulary: unknown = Reflect.get(new SentimentAnalyzer('English', undefined, 'afinn'), 'vocabulary')
  const values = new Map<string, number>()
  for (const [word, value] of Object.entries(vocabulary ?? {})) {
    if (typeof value === 'number') values.set(word, value)
  }
  if (values.size === 0)
    throw new Error('natural has no AFINN vocabulary where it used to have one: check its version.')
  return values
}
