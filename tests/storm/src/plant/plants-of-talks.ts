import { randomUUID } from 'node:crypto'
import type { ViolationKind } from '../journal/journal.ts'
import { createPast } from './past.ts'
import { type Given, jsonGiven, type Plant, type Taken } from './planted-door.ts'
import type { Planted } from './plants.ts'

const isSend = ({ method, path }: Taken) => method === 'POST' && path.endsWith('/turns')
const isHistory = ({ method, path }: Taken) => method === 'GET' && path.includes('/turns?')
const isList = ({ method, path }: Taken) => method === 'GET' && path.startsWith('/api/conversations?')
const isSearch = ({ path }: Taken) => path.startsWith('/api/conversations/search')
const isTrends = ({ path }: Taken) => path.startsWith('/api/emotion/trends')
const isDeleteTalk = ({ method, path }: Taken) =>
  method === 'DELETE' && /^\/api\/conversations\/[^/]+$/.test(path)
const isDeleteTurn = ({ method, path }: Taken) => method === 'DELETE' && path.includes('/turns/')
const isFeedback = ({ method, path }: Taken) => method === 'POST' && path === '/api/emotion/feedback'

const DONE: Given = { status: 204, headers: {}, body: Buffer.alloc(0) }

function instead(isMeant: (taken: Taken) => boolean, answer: (taken: Taken) => Given): Plant {
  return { instead: (taken) => (isMeant(taken) ? answer(taken) : null) }
}

const said = (taken: Taken): Given => {
  const { text } = JSON.parse(taken.body.toString()) as { text: string }
  return jsonGiven(201, { turn: { id: randomUUID(), user_message: text, reply_status: 'pending' } })
}

function found(name: string, kind: ViolationKind, plant: Plant): Planted {
  return { name, found: kind, plant }
}

export const plantsOfTalks: readonly Planted[] = [
  found('a turn that is acknowledged and not kept', 'missing', instead(isSend, said)),
  found(
    'a conversation that is deleted by word only',
    'revived',
    instead(isDeleteTalk, () => DONE),
  ),
  found(
    'a turn that is deleted by word only',
    'revived',
    instead(isDeleteTurn, () => DONE),
  ),
  found(
    'feedback that is acknowledged and not kept',
    'missing',
    instead(isFeedback, () => jsonGiven(201, { feedback: {} })),
  ),
  found('a history from before', 'stale_reads', createPast(isHistory)),
  found('a list from before', 'stale_reads', createPast(isList)),
  found('trends from before', 'stale_reads', createPast(isTrends)),
  found(
    'a search that finds nothing',
    'missing',
    instead(isSearch, () => jsonGiven(200, { turns: [] })),
  ),
]
