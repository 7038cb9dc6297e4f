import { createBoundedFetch } from './bounded-fetch.ts'
import { toFailure } from './openai-failures.ts'
import { estimateTokens, messagesOf, promptTokens, REPLY_TOKENS_MAX } from './prompt.ts'
import { type Provider, ProviderFailure, type Question, type ReplyPart } from './provider.ts'
import { type Chunk, readChunk } from './read-chunk.ts'

export type OpenAiOptions = { readonly baseUrl: string; readonly key: string; readonly model: string }

/** All of an answer, its stream's envelope included; a reply of 300 tokens takes about 80 KB of it. */
const ANSWER_BYTES_MAX = 1_024 * 1_024
const REPLY_CHARACTERS_MAX = 4_000

/**
 * Replies of an OpenAI-compatible endpoint, streamed. One call of `reply` is one request: retries, deadlines and limits are
 * the caller's. The client library is loaded here, not at start: without a key nobody pays its 33 MB.
 */
export async function createOpenAiProvider({ baseUrl, key, model }: OpenAiOptions): Promise<Provider> {
  const { OpenAI } = await import('openai')
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey: key,
    // Said, so that the library does not take them from OPENAI_… variables.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    fetch: createBoundedFetch(ANSWER_BYTES_MAX),
  })

  async function ask(question: Question, signal: AbortSignal): Promise<AsyncIterable<unknown>> {
    const messages = messagesOf(question)
    const body = { model, messages, max_tokens: REPLY_TOKENS_MAX, stream: true } as const
    return client.chat.completions.create({ ...body, stream_options: { include_usage: true } }, { signal })
  }

  return {
    async *reply(question, signal) {
      try {
        yield* readReply(await ask(question, signal), { question, signal })
      } catch (cause) {
        throw toFailure(cause, signal)
      }
    },
  }
}

type Reading = { readonly question: Question; readonly signal: AbortSignal }

/** Passes texts on as they come; only a stream that says why it ended was whole. */
async function* readReply(
  chunks: AsyncIterable<unknown>,
  { question, signal }: Reading,
): AsyncGenerator<ReplyPart> {
  let reply = ''
  let ended: Chunk['ended'] = null
  let tokens: number | null = null
  for await (const raw of chunks) {
    const chunk = readChunk(raw)
    ended ??= chunk.ended
    tokens = chunk.tokens ?? tokens
    reply += chunk.text
    if (reply.length > REPLY_CHARACTERS_MAX) throw new ProviderFailure('broken', 'The reply does not end.')
    if (chunk.text !== '') yield { type: 'text', text: chunk.text }
  }
  // The library ends an aborted stream as if it were whole.
  signal.throwIfAborted()
  if (ended === null) throw new ProviderFailure('broken', 'The stream was cut before the reply ended.')
  if (ended === 'content_filter') throw new ProviderFailure('refused', 'The endpoint withheld its reply.')
  if (reply.trim() === '') throw new ProviderFailure('broken', 'The reply is empty.')
  yield { type: 'usage', tokens: tokens ?? promptTokens(question) + estimateTokens(reply) }
}
