import { defineRoute } from '../route.ts'

export const realtimeRoutes = {
  'realtime.socket': defineRoute({
    key: 'realtime.socket',
    domain: 'realtime',
    method: 'GET',
    path: '/ws',
    effect: 'socket',
    access: 'guest',
    summary: 'The live socket: frames in and out are listed under Socket frames. Needs a same-origin Origin.',
    success: { 101: { description: 'Switching protocols.', schema: null } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'frames', volatile: [] },
  }),
}
