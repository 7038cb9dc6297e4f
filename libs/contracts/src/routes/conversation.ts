import Type from 'typebox'
import { defineRoute } from '../route.ts'
import { Conversation, Turn } from '../schemas/conversation.ts'
import {
  closed,
  Id,
  Limit,
  MessageText,
  NullableString,
  OneOf,
  SearchQuery,
  SeqCursor,
  TimeCursor,
  Title,
} from '../schemas/primitives.ts'

const conversation = { domain: 'conversation', access: 'user' } as const
const write = { ...conversation, effect: 'write', group: 'conversation' } as const
const read = { ...conversation, effect: 'read' } as const
const ofConversation = Type.Object({ id: Id }, closed)
const conversationEnvelope = Type.Object({ conversation: Conversation }, closed)
const conversationVolatile = [
  'conversation.id',
  'conversation.created_at',
  'conversation.updated_at',
] as const
const turnsVolatile = ['turns.*.id', 'turns.*.conversation_id', 'turns.*.timestamp', 'next_before'] as const
const turnsPage = Type.Object({ turns: Type.Array(Turn), next_before: NullableString }, closed)

export const EXPORT_FORMATS = ['json', 'md'] as const

export const conversationRoutes = {
  'conversation.list': defineRoute({
    ...read,
    key: 'conversation.list',
    method: 'GET',
    path: '/api/conversations',
    summary: 'Conversations, the one written to last first.',
    query: Type.Object({ before: Type.Optional(TimeCursor), limit: Limit(100, 50) }, closed),
    success: {
      200: {
        description: 'A page; `next_before` is null on the last.',
        schema: Type.Object({ conversations: Type.Array(Conversation), next_before: NullableString }, closed),
      },
    },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED'],
    parity: {
      compare: 'json',
      volatile: [
        'conversations.*.id',
        'conversations.*.created_at',
        'conversations.*.updated_at',
        'next_before',
      ],
    },
  }),

  'conversation.create': defineRoute({
    ...write,
    key: 'conversation.create',
    method: 'POST',
    path: '/api/conversations',
    summary: 'Start a conversation. Without a title it is "New conversation".',
    body: Type.Object({ title: Type.Optional(Title) }, closed),
    retry: 'keyed',
    success: { 201: { description: 'The conversation.', schema: conversationEnvelope } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'IDEMPOTENCY_MISMATCH', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: conversationVolatile },
  }),

  'conversation.rename': defineRoute({
    ...write,
    key: 'conversation.rename',
    method: 'PATCH',
    path: '/api/conversations/:id',
    summary: 'Give a conversation another title.',
    params: ofConversation,
    body: Type.Object({ title: Title }, closed),
    success: { 200: { description: 'The conversation.', schema: conversationEnvelope } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'NOT_FOUND', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: conversationVolatile },
  }),

  'conversation.delete': defineRoute({
    ...write,
    key: 'conversation.delete',
    method: 'DELETE',
    path: '/api/conversations/:id',
    summary: 'Delete a conversation and its turns.',
    params: ofConversation,
    success: { 204: { description: 'Deleted.', schema: null } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'NOT_FOUND', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: [] },
  }),

  'conversation.clear': defineRoute({
    ...write,
    key: 'conversation.clear',
    method: 'DELETE',
    path: '/api/conversations',
    summary: "Delete all of this user's conversations.",
    success: { 204: { description: 'Deleted.', schema: null } },
    errors: ['UNAUTHENTICATED', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: [] },
  }),

  'conversation.history': defineRoute({
    ...read,
    key: 'conversation.history',
    method: 'GET',
    path: '/api/conversations/:id/turns',
    summary:
      'Turns of a conversation, oldest first within the page; the newest page unless `before` is given.',
    params: ofConversation,
    query: Type.Object({ before: Type.Optional(SeqCursor), limit: Limit(200, 50) }, closed),
    success: { 200: { description: 'A page; `next_before` is null on the oldest.', schema: turnsPage } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'NOT_FOUND'],
    parity: { compare: 'json', volatile: turnsVolatile },
  }),

  'conversation.search': defineRoute({
    ...read,
    key: 'conversation.search',
    method: 'GET',
    path: '/api/conversations/search',
    summary: 'Turns in which every word of q begins a word; newest first, then by id.',
    query: Type.Object({ q: SearchQuery, before: Type.Optional(TimeCursor), limit: Limit(100, 50) }, closed),
    success: { 200: { description: 'A page of turns.', schema: turnsPage } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED'],
    parity: { compare: 'json', volatile: turnsVolatile },
  }),

  'conversation.send': defineRoute({
    ...write,
    key: 'conversation.send',
    method: 'POST',
    path: '/api/conversations/:id/turns',
    summary:
      'Say something. The turn is stored first; the reply is in the answer when it is there in time, ' +
      'else `reply_status` is `pending` and it follows by socket and history. `Prefer: respond-async` does not wait for it.',
    params: ofConversation,
    body: Type.Object({ text: MessageText }, closed),
    retry: 'keyed',
    success: { 201: { description: 'The turn.', schema: Type.Object({ turn: Turn }, closed) } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'NOT_FOUND', 'IDEMPOTENCY_MISMATCH', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: ['turn.id', 'turn.conversation_id', 'turn.timestamp'] },
  }),

  'conversation.delete_turn': defineRoute({
    ...write,
    key: 'conversation.delete_turn',
    method: 'DELETE',
    path: '/api/conversations/:id/turns/:turn_id',
    summary: 'Delete one turn.',
    params: Type.Object({ id: Id, turn_id: Id }, closed),
    success: { 204: { description: 'Deleted.', schema: null } },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'NOT_FOUND', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: [] },
  }),

  'conversation.export': defineRoute({
    ...read,
    key: 'conversation.export',
    method: 'GET',
    path: '/api/conversations/export',
    summary: 'Everything this user wrote, streamed as a file.',
    query: Type.Object({ format: Type.Optional(OneOf(EXPORT_FORMATS)) }, closed),
    success: {
      200: { description: 'A JSON or Markdown file; JSON unless asked otherwise.', schema: Type.Unknown() },
    },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED'],
    parity: {
      compare: 'json',
      volatile: [
        'exported_at',
        'user.user_id',
        'user.created_at',
        'user.updated_at',
        'conversations.*.id',
        'conversations.*.created_at',
        'conversations.*.updated_at',
        'conversations.*.turns.*.id',
        'conversations.*.turns.*.conversation_id',
        'conversations.*.turns.*.timestamp',
      ],
    },
  }),
}
