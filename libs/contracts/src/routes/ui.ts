import Type from 'typebox'
import { defineRoute } from '../route.ts'

const ui = { domain: 'ui', method: 'GET', effect: 'read', access: 'public', errors: ['NOT_FOUND'] } as const
const parity = { compare: 'bytes', volatile: [] } as const

/** The page and its assets: the monolith's, never moved. */
export const uiRoutes = {
  'ui.page': defineRoute({
    ...ui,
    key: 'ui.page',
    path: '/',
    summary: 'The chat page.',
    success: {
      200: { description: 'HTML.', schema: Type.String(), contentType: 'text/html; charset=utf-8' },
    },
    parity,
  }),
  'ui.asset': defineRoute({
    ...ui,
    key: 'ui.asset',
    path: '/assets/*',
    summary: 'Scripts, styles and pictures of the chat page.',
    success: { 200: { description: 'A file.', schema: Type.Unknown(), contentType: '*/*' } },
    parity,
  }),
  'ui.favicon': defineRoute({
    ...ui,
    key: 'ui.favicon',
    path: '/favicon.ico',
    summary: 'The icon.',
    success: { 200: { description: 'A picture.', schema: Type.Unknown(), contentType: 'image/svg+xml' } },
    parity,
  }),
}
