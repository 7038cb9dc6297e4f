import Type from 'typebox'
import { defineRoute } from '../route.ts'
import { Emotion } from '../schemas/emotion.ts'
import { closed, MessageText } from '../schemas/primitives.ts'

const ai = { domain: 'ai' } as const

export const aiRoutes = {
  'ai.reply': defineRoute({
    ...ai,
    key: 'ai.reply',
    method: 'POST',
    path: '/api/ai/reply',
    effect: 'pure',
    access: 'public',
    summary: 'A reply for a guest; nothing is saved.',
    body: Type.Object({ text: MessageText }, closed),
    success: {
      200: {
        description: 'The reply, and what the text sounded like.',
        schema: Type.Object(
          {
            bot_message: Type.String(),
            emotion: Emotion,
            confidence: Type.Number(),
            polarity: Type.Number(),
            subjectivity: Type.Number(),
          },
          closed,
        ),
      },
    },
    errors: ['BAD_REQUEST', 'TOO_LARGE'],
    parity: { compare: 'bytes', volatile: [] },
  }),

  'ai.suggestions': defineRoute({
    ...ai,
    key: 'ai.suggestions',
    method: 'GET',
    path: '/api/ai/suggestions',
    effect: 'pure',
    access: 'public',
    summary: 'Calm ways to begin.',
    success: {
      200: {
        description: 'Starters.',
        schema: Type.Object({ suggestions: Type.Array(Type.String()) }, closed),
      },
    },
    errors: [],
    parity: { compare: 'bytes', volatile: [] },
  }),

  'ai.insights': defineRoute({
    ...ai,
    key: 'ai.insights',
    method: 'GET',
    path: '/api/conversations/insights',
    effect: 'read',
    alsoReads: ['emotion', 'conversation'],
    access: 'user',
    summary: "A sentence about how this user's turns have sounded.",
    success: {
      200: { description: 'One or two sentences.', schema: Type.Object({ insights: Type.String() }, closed) },
    },
    errors: ['UNAUTHENTICATED'],
    parity: { compare: 'json', volatile: [] },
  }),
}
