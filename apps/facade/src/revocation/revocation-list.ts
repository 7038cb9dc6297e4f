// This replica's copy of the list of ended sessions.
//
//   unread ──all pages read──► marked ──a read after the mark──► current ──no such round for a lease──► out of date ─┐
//                                                                   ▲────────────────────────────────────────────────┘
//
// A round: mark how far it is held → read what comes after → hold that → again while there was anything. There are two
// a second, and one at every notification. Why a lease that runs from before the mark is safe is shown in
// libs/flags/src/ledger/revocations.ts. What is held stays revoked in any state; what is not held is `live` only while
// the list is current, and `unknown` otherwise.
import type { Sql } from '@emotibot/db'
import {
  forgetOldRevocations,
  hasRevocation,
  markRevocationsSeen,
  REVOCATION_LEASE_MS,
  REVOCATIONS_CHANNEL,
  type Revocation,
  readRevocations,
} from '@emotibot/flags'
import type { LedgerClient } from '../routing/ledger-client.ts'
import { within } from '../routing/within.ts'
import { createFreshRuns } from './fresh-runs.ts'
import { HeldSids } from './held-sids.ts'
import { type Clock, Lease } from './lease.ts'
import type { Judgement } from './revocations.ts'

export type FollowedLedger = Pick<LedgerClient, 'replicaId' | 'sqlOrThrow' | 'onChange'>

export type RevocationListOptions = {
  readonly ledger: FollowedLedger
  readonly onHeld: (sids: readonly string[]) => void
  /** Told when the list comes to be current, and when it is no longer: then why, as far as that is known. */
  readonly onStanding: (isCurrent: boolean, reason: unknown) => void
  readonly clock?: Clock
  readonly mostHeld?: number
  readonly pageSize?: number
}

const ROUND_EVERY_MS = 500
const ROUND_LIMIT_MS = 2_000
const PAGE_SIZE = 10_000
const CLEAN_EVERY_MS = 3_600_000
const NOTHING_READ = { seq: 0, sid: '' }

export class RevocationList {
  /** Resolves after a round that began after this call. Never rejects: see `judge`. */
  readonly follow: () => Promise<void>
  readonly #options: RevocationListOptions
  readonly #lease: Lease
  readonly #held: HeldSids
  #sql: Sql | null = null
  /** Up to here the list is held. */
  #last: Pick<Revocation, 'seq' | 'sid'> = NOTHING_READ
  #isRead = false
  #cleanAtMs = 0
  #wasCurrent: boolean | null = null
  #timer: NodeJS.Timeout | undefined
  #forgetLedger: () => void = () => undefined
  #isClosed = false

  constructor(options: RevocationListOptions) {
    this.#options = options
    this.#lease = new Lease(REVOCATION_LEASE_MS, options.clock)
    this.#held = new HeldSids(options.mostHeld)
    this.follow = createFreshRuns(() => this.#round())
  }

  judge(sid: string): Judgement {
    if (this.#held.has(sid)) return 'revoked'
    return this.isCurrent ? 'live' : 'unknown'
  }

  get isCurrent(): boolean {
    return this.#lease.isHeld && this.#held.isWhole(Date.now())
  }

  get size(): number {
    return this.#held.size
  }

  hold(ended: readonly Pick<Revocation, 'sid' | 'expiresAtMs'>[]): void {
    const added = ended.filter(({ sid, expiresAtMs }) => this.#held.add(sid, expiresAtMs))
    if (added.length > 0) this.#options.onHeld(added.map(({ sid }) => sid))
  }

  async start(): Promise<void> {
    this.#forgetLedger = this.#options.ledger.onChange(() => void this.follow())
    await this.follow()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#forgetLedger()
    await this.follow()
  }

  async #round(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    let reason: unknown = null
    try {
      await within(ROUND_LIMIT_MS, this.#catchUp(this.#options.ledger.sqlOrThrow))
    } catch (error) {
      // Nothing is lost by one round: the lease runs on.
      reason = error
    }
    this.#tellStanding(reason)
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.follow(), ROUND_EVERY_MS)
  }

  #tellStanding(reason: unknown): void {
    const { isCurrent } = this
    if (isCurrent === this.#wasCurrent) return
    this.#wasCurrent = isCurrent
    this.#options.onStanding(isCurrent, reason)
  }

  async #catchUp(sql: Sql): Promise<void> {
    if (sql !== this.#sql) await this.#meet(sql)
    let isBehind = true
    while (isBehind && !this.#isClosed) isBehind = await this.#step(sql)
    this.#held.forgetPast(Date.now())
    if (Date.now() < this.#cleanAtMs) return
    this.#cleanAtMs = Date.now() + CLEAN_EVERY_MS
    await forgetOldRevocations(sql)
  }

  /** Mark, read, hold. Answers whether there may be more to read, or something new to mark. */
  async #step(sql: Sql): Promise<boolean> {
    const { pageSize: limit = PAGE_SIZE, ledger } = this.#options
    const wasRead = this.#isRead
    const from = this.#lease.read()
    const isMarked = wasRead && (await markRevocationsSeen(sql, ledger.replicaId, this.#last.seq))
    const page = await readRevocations(sql, { after: this.#last.seq, limit })
    this.hold(page)
    const last = page.at(-1)
    if (last && last.seq > this.#last.seq) this.#last = last
    if (page.length === limit) return true
    this.#isRead = true
    if (isMarked) this.#lease.renew(from)
    return !wasRead || (isMarked && page.length > 0)
  }

  /** On new connections: asks to be told, and notices a database that is not the one it has read. */
  async #meet(sql: Sql): Promise<void> {
    await sql.listen(REVOCATIONS_CHANNEL, (seq) => {
      if (Number(seq) > this.#last.seq) void this.follow()
    })
    if (this.#last !== NOTHING_READ && !(await hasRevocation(sql, this.#last))) {
      this.#last = NOTHING_READ
      this.#isRead = false
    }
    this.#sql = sql
  }
}
