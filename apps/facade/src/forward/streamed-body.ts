import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { BodyError, BrokenOffError, TooLargeError } from './body-errors.ts'

/** What all streamed bodies together may keep for a second attempt. */
const KEPT_LIMIT_BYTES = 64 * 1_024 * 1_024
let keptBytes = 0

/**
 * A body that is passed on while it arrives. What has passed is kept, within a budget, so that another side can be
 * asked with the same body when the first fails: it gets what was kept, then the rest as it comes.
 */
export class StreamedBody {
  readonly #request: IncomingMessage
  readonly #limitBytes: number
  #kept: Buffer[] | null = []
  #seenBytes = 0
  #ownKeptBytes = 0
  #reader: Promise<void> = Promise.resolve()

  constructor(request: IncomingMessage, limitBytes: number) {
    this.#request = request
    this.#limitBytes = limitBytes
  }

  /** Whether another attempt can get the same body. */
  get isRepeatable(): boolean {
    return this.#kept !== null
  }

  /** The length the client declared; undefined for a chunked body. */
  get declaredLength(): string | undefined {
    return this.#request.headers['content-length']
  }

  /** The body from its beginning. A second call waits until the reader of the first has let go. */
  open(): Readable {
    const previous = this.#reader
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#reader = promise
    return Readable.from(this.#read(previous, resolve), { objectMode: false })
  }

  /** No further attempt will come. */
  forget(): void {
    keptBytes -= this.#ownKeptBytes
    this.#ownKeptBytes = 0
    this.#kept = null
  }

  async *#read(previous: Promise<void>, letGo: () => void): AsyncGenerator<Buffer> {
    try {
      await previous
      for (const chunk of this.#kept ?? []) yield chunk
      for await (const chunk of this.#request.iterator({ destroyOnReturn: false })) {
        this.#keep(chunk)
        yield chunk
      }
    } catch (error) {
      throw error instanceof BodyError ? error : new BrokenOffError(error)
    } finally {
      letGo()
    }
  }

  #keep(chunk: Buffer): void {
    this.#seenBytes += chunk.length
    if (this.#seenBytes > this.#limitBytes) throw new TooLargeError()
    if (this.#kept === null) return
    if (keptBytes + chunk.length > KEPT_LIMIT_BYTES) {
      this.forget()
      return
    }
    keptBytes += chunk.length
    this.#ownKeptBytes += chunk.length
    this.#kept.push(chunk)
  }
}
