// The submodule alone: the whole of `natural` loads database drivers and reads ./.env.
import { SentimentAnalyzer } from 'natural/lib/natural/sentiment/index.js'

const analyzer = new SentimentAnalyzer('English', undefined, 'afinn')

/** The AFINN-165 value of one token, −5 (bad) to 5 (good); 0 for a token that has none. */
export function afinnValue(token: string): number {
  return analyzer.getSentiment([token])
}
