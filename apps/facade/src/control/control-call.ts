import type { ControlKey, controlRoutes } from '@emotibot/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { ControlContext } from './context.ts'
import type { Operator } from './operators.ts'
import type { Watchers } from './watchers.ts'

type ControlRoutes = typeof controlRoutes
type Part<K extends ControlKey, Name extends string> = ControlRoutes[K] extends {
  readonly [N in Name]: infer S extends TSchema
}
  ? Static<S>
  : undefined

/** One call of the control API, checked and typed by the contract's schemas. */
export type ControlCall<K extends ControlKey> = {
  readonly body: Part<K, 'body'>
  readonly query: Part<K, 'query'>
  readonly params: Part<K, 'params'>
  readonly operator: Operator
  readonly context: ControlContext
  readonly watchers: Watchers
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What a route answers; a watch takes the reply over and answers as it goes. */
type AnswerOf<K extends ControlKey> = K extends 'watch' ? unknown : Static<ControlRoutes[K]['answer']>

export type ControlHandlers = {
  readonly [K in ControlKey]: (call: ControlCall<K>) => AnswerOf<K> | Promise<AnswerOf<K>>
}
