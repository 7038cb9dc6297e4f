import { createCheck } from '@emotibot/service-kit'
import Type from 'typebox'
import { ProviderFailure } from './provider.ts'

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Choice = Type.Object({
  delta: Type.Optional(Nullable(Type.Object({ content: Type.Optional(Nullable(Type.String())) }))),
  finish_reason: Type.Optional(Nullable(Type.String())),
})
/** As much of a chunk as is read; endpoints add fields of their own. */
const isChunk = createCheck(
  Type.Object({
    choices: Type.Array(Choice),
    usage: Type.Optional(Nullable(Type.Object({ total_tokens: Type.Integer({ minimum: 0 }) }))),
  }),
)

export type Chunk = {
  readonly text: string
  /** Why the reply ended, once it has. */
  readonly ended: string | null
  readonly tokens: number | null
}

/** A chunk of a stream, checked: compatible endpoints differ. Text comes without what the contract's text cannot hold. */
export function readChunk(raw: unknown): Chunk {
  if (!isChunk(raw)) throw new ProviderFailure('broken', 'A chunk of the stream is not one.')
  const [choice] = raw.choices
  return {
    text: (choice?.delta?.content ?? '').replaceAll('\u0000', ''),
    ended: choice?.finish_reason ?? null,
    tokens: raw.usage?.total_tokens ?? null,
  }
}
