import type { Handlers } from '@emotibot/service-kit'
import { analyze } from './analyze.ts'
import { analyzeBatch } from './batch.ts'

/** The routes of the domain that read and write nothing. */
export const pureEmotionHandlers = {
  'emotion.analyze': ({ body }) => ({ status: 200, body: analyze(body.text) }),
  'emotion.batch': async ({ body }) => ({ status: 200, body: { results: await analyzeBatch(body.texts) } }),
} satisfies Handlers
