// Keeps this replica on the ledger's version.
//
//   start ──ledger read──► up ◄──── a pulse succeeds ────► down ◄──no ledger in time── start (from disk, if it can)
//                          └──────── a pulse fails ────────┘
//
// A pulse: prepare (migrate, listen) → version changed? read it, adopt it, keep it on disk → acknowledge.
// There is one a second, one at every notification, and one when somebody asks; never two at once. While the ledger
// is down the last snapshot goes on routing.
import { openPostgres, type Sql } from '@emotibot/db'
import { acknowledge, readSnapshot, readVersion, type Snapshot, sayGoodbye } from '@emotibot/flags'
import type { Logger } from '@emotibot/service-kit'
import { LedgerDownError } from '../control/errors.ts'
import { prepareLedger } from './prepare-ledger.ts'
import { readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts'
import { within } from './within.ts'

export type LedgerClientOptions = {
  readonly url: string
  readonly replicaId: string
  readonly snapshotFile: string
  readonly logger: Logger
}

const PULSE_EVERY_MS = 1_000
const PULSE_LIMIT_MS = 4_000

export class LedgerClient {
  readonly replicaId: string
  readonly #options: LedgerClientOptions
  readonly #listeners = new Set<() => void>()
  #sql: Sql
  #isPrepared = false
  #isUp = false
  #isClosed = false
  #snapshot: Snapshot | null = null
  #timer: NodeJS.Timeout | undefined
  #pulse: Promise<void> | null = null
  #nextPulse: Promise<void> | null = null

  constructor(options: LedgerClientOptions) {
    this.#options = options
    this.replicaId = options.replicaId
    this.#sql = this.#open()
  }

  /** What to route by; null until a first one was found. */
  get snapshot(): Snapshot | null {
    return this.#snapshot
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** The ledger's database. Throws LedgerDownError while it is away. */
  get sqlOrThrow(): Sql {
    if (!this.#isUp) throw new LedgerDownError()
    return this.#sql
  }

  /** Reads the ledger, or the disk when it does not answer in time; from then on follows it. */
  async start(): Promise<void> {
    await this.pulse()
    if (this.#snapshot === null) {
      this.#snapshot = await readSnapshotFile(this.#options.snapshotFile, this.#options.logger)
      const version = this.#snapshot?.version ?? null
      this.#options.logger.warn({ version }, 'started without the ledger')
    }
  }

  /** Resolves after a look at the ledger that began after this call. Never rejects: see `isUp`. */
  pulse(): Promise<void> {
    if (this.#pulse === null) return this.#startPulse()
    this.#nextPulse ??= this.#pulse.then(() => {
      this.#nextPulse = null
      return this.#startPulse()
    })
    return this.#nextPulse
  }

  /** Calls back on every new version and whenever the ledger comes or goes. Answers how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#pulse
    if (this.#isUp) await within(PULSE_LIMIT_MS, sayGoodbye(this.#sql, this.replicaId)).catch(() => undefined)
    await this.#sql.end({ timeout: 1 })
  }

  #open(): Sql {
    return openPostgres(this.#options.url, {
      applicationName: `emotibot-${this.replicaId}`,
      max: 4,
      connectTimeoutMs: 2_000,
      statementTimeoutMs: PULSE_LIMIT_MS,
    })
  }

  #startPulse(): Promise<void> {
    clearTimeout(this.#timer)
    this.#pulse = this.#beat().finally(() => {
      this.#pulse = null
      if (this.#isClosed) return
      this.#timer = setTimeout(() => this.pulse(), PULSE_EVERY_MS)
    })
    return this.#pulse
  }

  async #beat(): Promise<void> {
    if (this.#isClosed) return
    try {
      await within(PULSE_LIMIT_MS, this.#follow())
      this.#setUp(true, null)
    } catch (error) {
      this.#setUp(false, error)
      this.#reopen()
    }
  }

  async #follow(): Promise<void> {
    if (!this.#isPrepared) {
      await prepareLedger(this.#sql, () => void this.pulse())
      this.#isPrepared = true
    }
    const version = await readVersion(this.#sql)
    if (version !== this.#snapshot?.version) await this.#adopt(await readSnapshot(this.#sql))
    await acknowledge(this.#sql, this.replicaId, this.#snapshot?.version ?? version)
  }

  async #adopt(snapshot: Snapshot): Promise<void> {
    const { snapshotFile, logger } = this.#options
    this.#snapshot = snapshot
    logger.info({ version: snapshot.version }, 'routing by a new version of the ledger')
    await writeSnapshotFile(snapshotFile, snapshot, logger)
    this.#tell()
  }

  #setUp(isUp: boolean, error: unknown): void {
    if (isUp === this.#isUp) return
    this.#isUp = isUp
    if (isUp) this.#options.logger.info('the ledger is up')
    else this.#options.logger.error({ err: error }, 'the ledger is down: routing goes on, nothing flips')
    this.#tell()
  }

  /** Connections that failed or hang are of no further use. */
  #reopen(): void {
    if (this.#isClosed) return
    const old = this.#sql
    this.#isPrepared = false
    this.#sql = this.#open()
    old.end({ timeout: 0 }).catch(() => undefined)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
