import type { Handler } from '@emotibot/service-kit'
import { analyze } from '../analysis/analyze.ts'

export const analyzeOne: Handler<'emotion.analyze'> = ({ body }) => ({
  status: 200,
  body: analyze(body.text),
})
