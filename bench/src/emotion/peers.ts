// The submodules alone: the whole of `natural` loads database drivers and reads ./.env.

import { SentimentAnalyzer } from 'natural/lib/natural/sentiment/index.js'
import { PorterStemmer } from 'natural/lib/natural/stemmers/index.js'
import { WordTokenizer } from 'natural/lib/natural/tokenizers/index.js'
import vader from 'vader-sentiment'

const analyzer = new SentimentAnalyzer('English', PorterStemmer, 'afinn')
const tokenizer = new WordTokenizer()

/** What two public libraries make of a text, as their own pages say to use them: one number, of no emotion by name. */
export const natural = (text: string): number => analyzer.getSentiment(tokenizer.tokenize(text))
export const vaderSentiment = (text: string): number =>
  vader.SentimentIntensityAnalyzer.polarity_scores(text).compound
