import { createHash } from 'node:crypto'
import type { Question } from '../provider/provider.ts'

export type ReplyCacheOptions = { readonly entriesMax: number; readonly now?: () => number }

/** Longer texts hardly come twice, and tell more of who wrote them. */
const TEXT_CHARACTERS_MAX = 200
const LIFETIME_MS = 10 * 60_000

/**
 * Replies to texts that several guests write: "hello".
 *
 * Key: SHA-256 of the question, which is all a provider is told (model and prompt do not change while the process lives).
 * No identity is in it, and none is in the value: both are made of the text alone, by whoever wrote it. Who is signed in
 * neither fills it nor is answered from it. At most `entriesMax`, the longest unused go first; ten minutes each.
 */
export class ReplyCache {
  readonly #options: Required<ReplyCacheOptions>
  readonly #entries = new Map<string, { readonly reply: string; readonly untilMs: number }>()

  constructor({ entriesMax, now = performance.now.bind(performance) }: ReplyCacheOptions) {
    this.#options = { entriesMax, now }
  }

  get size(): number {
    return this.#entries.size
  }

  find(question: Question): string | null {
    const key = keyOf(question)
    const entry = this.#entries.get(key)
    if (!entry) return null
    this.#entries.delete(key)
    if (entry.untilMs <= this.#options.now()) return null
    this.#entries.set(key, entry)
    return entry.reply
  }

  keep(question: Question, reply: string): void {
    if (question.text.length > TEXT_CHARACTERS_MAX) return
    const key = keyOf(question)
    this.#entries.delete(key)
    this.#entries.set(key, { reply, untilMs: this.#options.now() + LIFETIME_MS })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#options.entriesMax && oldest !== undefined) this.#entries.delete(oldest)
  }
}

function keyOf({ text, emotion }: Question): string {
  return createHash('sha256')
    .update(JSON.stringify([emotion, text]))
    .digest('base64')
}
