// Ends sessions for all replicas:
//
//   held here ─► listed durably, together with whatever else waits ─► wait until no live replica lacks them
//        └─ the ledger is away: refused, and listed when it is back, should this process live to see it
import { setTimeout as delay } from 'node:timers/promises'
import { SESSION_LIFETIME_SECONDS } from '@emotibot/contracts'
import { countUnaware, revokeSessions } from '@emotibot/flags'
import { within } from '../routing/within.ts'
import { UnconfirmedError, UnlistedError } from './errors.ts'
import { createFreshRuns } from './fresh-runs.ts'
import type { FollowedLedger, RevocationList } from './revocation-list.ts'

export type RevokerOptions = { readonly ledger: FollowedLedger; readonly list: RevocationList }

/** Longer than a replica that died is waited for, so that its death delays an answer and fails none. */
const CONFIRM_LIMIT_MS = 8_000
const INSERT_LIMIT_MS = 4_000
const RETRY_AFTER_MS = 500
const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 50
/** Sessions that may wait to be listed, most of them for a ledger that is away. More are refused at once. */
const MOST_UNLISTED = 200_000
/** In one statement. */
const MOST_AT_ONCE = 2_000

type Listed = { readonly isConfirmed: Promise<void> }

export class Revoker {
  readonly #options: RevokerOptions
  readonly #unlisted = new Set<string>()
  readonly #list: () => Promise<Listed>
  #retry: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: RevokerOptions) {
    this.#options = options
    this.#list = createFreshRuns(() => this.#listAll())
  }

  async revoke(sids: readonly string[]): Promise<void> {
    if (sids.length === 0) return
    const expiresAtMs = Date.now() + SESSION_LIFETIME_SECONDS * 1_000
    this.#options.list.hold(sids.map((sid) => ({ sid, expiresAtMs })))
    if (this.#unlisted.size + sids.length > MOST_UNLISTED) throw new UnlistedError()
    for (const sid of sids) this.#unlisted.add(sid)
    const { isConfirmed } = await this.#list()
    await isConfirmed
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#retry)
  }

  /** For all who wait. What fails is kept, and goes with the next. */
  async #listAll(): Promise<Listed> {
    const seq = await this.#insertAll()
    const isConfirmed = this.#confirm(seq)
    // Whoever asked hears of it; a list made for nobody must not end the process.
    isConfirmed.catch(() => undefined)
    return { isConfirmed }
  }

  /** In statements of a bounded size, so that a great many at once get there too. Answers the last place. */
  async #insertAll(): Promise<number> {
    clearTimeout(this.#retry)
    const sids = [...this.#unlisted]
    try {
      let reached = 0
      for (let at = 0; at < sids.length; at += MOST_AT_ONCE)
        reached = Math.max(reached, await this.#insert(sids.slice(at, at + MOST_AT_ONCE)))
      return reached
    } catch (error) {
      if (!this.#isClosed) this.#retry = setTimeout(() => void this.#catchUp(), RETRY_AFTER_MS)
      throw error
    }
  }

  async #insert(sids: readonly string[]): Promise<number> {
    const seq = await within(INSERT_LIMIT_MS, revokeSessions(this.#options.ledger.sqlOrThrow, sids))
    for (const sid of sids) this.#unlisted.delete(sid)
    return seq
  }

  async #confirm(seq: number): Promise<void> {
    const { ledger } = this.#options
    const deadline = performance.now() + CONFIRM_LIMIT_MS
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const unaware = await within(INSERT_LIMIT_MS, countUnaware(ledger.sqlOrThrow, ledger.replicaId, seq))
      if (unaware === 0) return
      if (performance.now() >= deadline) throw new UnconfirmedError(unaware)
      await delay(pauseMs)
    }
  }

  async #catchUp(): Promise<void> {
    if (this.#unlisted.size > 0) await this.#list().catch(() => undefined)
  }
}
