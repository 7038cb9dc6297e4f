// The auth service's public keys, held so that auth itself may be down:
//
//   disk ──(start)──► memory ◄──(every few minutes, and for an unknown kid)── GET jwksUrl
//     ▲                  │
//     └──(each change)───┘
//
// Keys have no expiry here. Only a newer answer of auth takes one away; no answer takes none away.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { CryptoKey } from 'jose'
import { ApiError } from '../errors.ts'
import { type KeysById, readJwks } from './jwks.ts'

export type RemoteKeysOptions = {
  readonly jwksUrl: string
  /** Where the last answer is kept; null keeps it in memory only. */
  readonly jwksFile: string | null
  /** Told once when the keys can no longer be fetched or kept; the ones there are go on. */
  readonly onTrouble: (what: string, cause: unknown) => void
  readonly now: () => number
}

const FETCH_TIMEOUT_MS = 2_000
const LARGEST_JWKS = 64 * 1024
/** Auth may come up a little after who verifies its tokens: until then, to have no keys yet is no trouble. */
const QUIET_AT_FIRST_MS = 15_000
/** Tokens with made-up key ids must not become a flood of requests to auth: they share one in this time. */
const LEAST_BETWEEN_MS = 500

export class RemoteKeys {
  readonly #options: RemoteKeysOptions
  #keys: KeysById = new Map()
  #text = ''
  #refreshing: Promise<void> | null = null
  #next: Promise<void> | null = null
  #beganAtMs = Number.NEGATIVE_INFINITY
  #isLastRead = false
  #isTroubleTold = false
  readonly #quietUntilMs: number

  constructor(options: RemoteKeysOptions) {
    this.#options = options
    this.#quietUntilMs = options.now() + QUIET_AT_FIRST_MS
  }

  /** Takes up what was kept on disk. Never throws: a file that cannot be read is no file. */
  async load(): Promise<void> {
    const { jwksFile } = this.#options
    const text = jwksFile === null ? '' : await readFile(jwksFile, 'utf8').catch(() => '')
    this.#keys = (await readJwks(text)) ?? this.#keys
    this.#text = text
  }

  get hasKeys(): boolean {
    return this.#keys.size > 0
  }

  /**
   * Null for a key that auth does not have, as it said after this was asked. Throws ApiError BUSY while auth does not say:
   * a token signed a moment ago is not to be refused for want of its key.
   */
  async find(kid: string): Promise<CryptoKey | null> {
    if (!this.#keys.has(kid)) await this.#refreshing
    // What was under way may have been answered before this key was made.
    if (!this.#keys.has(kid)) await this.#askForUnknown()
    const key = this.#keys.get(kid) ?? null
    if (key === null && !this.#isLastRead) throw unreadError()
    return key
  }

  /** Asks auth now; callers at the same time share one request. Never throws. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#fetchAndKeep().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  /** A request that begins after this call; all who ask until then share it. */
  #askForUnknown(): Promise<void> {
    this.#next ??= this.#askNext()
    return this.#next
  }

  async #askNext(): Promise<void> {
    await this.#refreshing
    const pauseMs = Math.min(this.#beganAtMs + LEAST_BETWEEN_MS - this.#options.now(), LEAST_BETWEEN_MS)
    if (pauseMs > 0) await delay(pauseMs)
    this.#next = null
    await this.refresh()
  }

  async #fetchAndKeep(): Promise<void> {
    this.#beganAtMs = this.#options.now()
    this.#isLastRead = false
    try {
      const text = await fetchText(this.#options.jwksUrl)
      const keys = await readJwks(text)
      if (!keys) throw new Error('the answer holds no Ed25519 key')
      this.#keys = keys
      this.#isLastRead = true
      this.#isTroubleTold = false
      if (text !== this.#text) await this.#keep(text)
    } catch (cause) {
      const isFirstWait = this.#keys.size === 0 && this.#options.now() < this.#quietUntilMs
      if (isFirstWait || this.#isTroubleTold) return
      this.#isTroubleTold = true
      this.#options.onTrouble('token keys could not be refreshed', cause)
    }
  }

  async #keep(text: string): Promise<void> {
    if (this.#options.jwksFile !== null) await writeWhole(this.#options.jwksFile, text)
    this.#text = text
  }
}

const unreadError = (): ApiError =>
  new ApiError('BUSY', 'The keys that this token is verified with cannot be read just now. Try again.', {
    headers: { 'retry-after': '1' },
  })

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' })
  const text = await answer.text()
  if (!answer.ok || text.length > LARGEST_JWKS)
    throw new Error(`${url} answered ${answer.status} with ${text.length} characters`)
  return text
}

/** A reader, also after a crash, finds the old file or the new one, never half of it. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.draft`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  await rename(draft, file)
}
