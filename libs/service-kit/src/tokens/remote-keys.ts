// The auth service's public keys, held so that auth itself may be down:
//
//   disk ──(start)──► memory ◄──(every few minutes, and once for an unknown kid)── GET jwksUrl
//     ▲                  │
//     └──(each change)───┘
//
// Keys have no expiry here. Only a newer answer of auth takes one away; no answer takes none away.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CryptoKey } from 'jose'
import { type KeysById, readJwks } from './jwks.ts'

export type RemoteKeysOptions = {
  readonly jwksUrl: string
  /** Where the last answer is kept; null keeps it in memory only. */
  readonly jwksFile: string | null
  /** Told when the keys could not be fetched or kept; the ones there are go on. */
  readonly onTrouble: (what: string, cause: unknown) => void
  readonly now: () => number
}

const FETCH_TIMEOUT_MS = 2_000
const LARGEST_JWKS = 64 * 1024
/** Tokens with made-up key ids must not become requests to auth: at most one in this time. */
const LEAST_BETWEEN_UNKNOWN_KIDS_MS = 10_000

export class RemoteKeys {
  readonly #options: RemoteKeysOptions
  #keys: KeysById = new Map()
  #text = ''
  #refreshing: Promise<void> | null = null
  #askedForUnknownAtMs = Number.NEGATIVE_INFINITY

  constructor(options: RemoteKeysOptions) {
    this.#options = options
  }

  /** Takes up what was kept on disk. Never throws: a file that cannot be read is no file. */
  async load(): Promise<void> {
    const { jwksFile } = this.#options
    const text = jwksFile === null ? '' : await readFile(jwksFile, 'utf8').catch(() => '')
    this.#keys = (await readJwks(text)) ?? this.#keys
    this.#text = text
  }

  async find(kid: string): Promise<CryptoKey | null> {
    // A request under way may have been answered before this key was made, so it is not the one that counts.
    if (!this.#keys.has(kid)) await this.#refreshing
    if (!this.#keys.has(kid)) await this.#askForUnknown()
    return this.#keys.get(kid) ?? null
  }

  /** Asks auth now; callers at the same time share one request. Never throws. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#fetchAndKeep().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  async #askForUnknown(): Promise<void> {
    if (this.#refreshing) return this.#refreshing
    const nowMs = this.#options.now()
    if (nowMs - this.#askedForUnknownAtMs < LEAST_BETWEEN_UNKNOWN_KIDS_MS) return
    this.#askedForUnknownAtMs = nowMs
    await this.refresh()
  }

  async #fetchAndKeep(): Promise<void> {
    try {
      const text = await fetchText(this.#options.jwksUrl)
      const keys = await readJwks(text)
      if (!keys) throw new Error('the answer holds no Ed25519 key')
      this.#keys = keys
      if (text !== this.#text) await this.#keep(text)
    } catch (cause) {
      this.#options.onTrouble('token keys could not be refreshed', cause)
    }
  }

  async #keep(text: string): Promise<void> {
    if (this.#options.jwksFile !== null) await writeWhole(this.#options.jwksFile, text)
    this.#text = text
  }
}

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
