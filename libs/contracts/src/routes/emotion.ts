import Type from 'typebox'
import { defineRoute } from '../route.ts'
import {
  Analysis,
  AnalyzeRequest,
  BatchRequest,
  BatchResult,
  Emotion,
  Feedback,
  Period,
  Trends,
} from '../schemas/emotion.ts'
import { closed, Id } from '../schemas/primitives.ts'

const emotion = { domain: 'emotion' } as const

export const emotionRoutes = {
  'emotion.analyze': defineRoute({
    ...emotion,
    key: 'emotion.analyze',
    method: 'POST',
    path: '/api/emotion/analyze',
    effect: 'pure',
    access: 'public',
    summary: 'What one text sounds like. An automatic guess, not a diagnosis.',
    body: AnalyzeRequest,
    success: { 200: { description: 'The analysis.', schema: Analysis } },
    errors: ['BAD_REQUEST', 'TOO_LARGE'],
    parity: { compare: 'bytes', volatile: [] },
  }),

  'emotion.batch': defineRoute({
    ...emotion,
    key: 'emotion.batch',
    method: 'POST',
    path: '/api/emotion/analyze/batch',
    effect: 'pure',
    access: 'public',
    summary: 'Up to 1,000 texts at once; a bad text costs its own answer only.',
    body: BatchRequest,
    bodyLimitBytes: 16 * 1024 * 1024,
    success: {
      200: {
        description: 'One result a text, in the order of the request.',
        schema: Type.Object({ results: Type.Array(BatchResult) }, closed),
      },
    },
    errors: ['BAD_REQUEST', 'TOO_LARGE'],
    parity: { compare: 'bytes', volatile: [] },
  }),

  'emotion.trends': defineRoute({
    ...emotion,
    key: 'emotion.trends',
    method: 'GET',
    path: '/api/emotion/trends',
    effect: 'read',
    alsoReads: ['conversation'],
    access: 'user',
    summary: "How this user's turns sounded over time. Days are UTC days.",
    query: Type.Object({ period: Type.Optional(Period) }, closed),
    success: {
      200: {
        description: 'Points from the oldest to now; the period is a week unless given.',
        schema: Trends,
      },
    },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED'],
    parity: { compare: 'json', volatile: ['points.*.start'] },
  }),

  'emotion.feedback': defineRoute({
    ...emotion,
    key: 'emotion.feedback',
    method: 'POST',
    path: '/api/emotion/feedback',
    effect: 'write',
    group: 'emotion',
    access: 'user',
    summary: '"That\'s not how I feel": what the emotion of a turn really was. The last word counts.',
    body: Type.Object({ turn_id: Id, emotion: Emotion }, closed),
    retry: 'keyed',
    success: { 201: { description: 'Kept.', schema: Type.Object({ feedback: Feedback }, closed) } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'NOT_FOUND', 'IDEMPOTENCY_MISMATCH', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: ['feedback.turn_id', 'feedback.created_at'] },
  }),
}
