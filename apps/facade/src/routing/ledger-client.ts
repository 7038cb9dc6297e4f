// Keeps this replica on the ledger's version.
//
//   start ──ledger read──► up ◄──── a pulse succeeds ────► down ◄──no ledger in time── start (from disk, if it can)
//                          └──────── a pulse fails ────────┘
//
// A pulse: prepare (migrate, listen) → version changed? read it, adopt it → note who waited → acknowledge.
// There is one a second, one at every notification, and one when somebody asks; never two at once. While the ledger
// is down the last snapshot goes on routing.
//
// A flip waits for these acknowledgements, so nothing slow stands before them: what is routed by is in memory, and the
// disk follows. A crash in between leaves an older snapshot there, never a hold; who starts from it without the ledger
// sends some requests where their data was, and the store there refuses them.
import { openPostgres, type Sql } from '@emotibot/db'
import { acknowledge, noteWaits, readSnapshot, readVersion, type Snapshot, sayGoodbye } from '@emotibot/flags'
import type { Logger } from '@emotibot/service-kit'
import { LedgerDownError } from '../control/errors.ts'
import type { Waiting } from '../waiting/waiting.ts'
import { prepareLedger } from './prepare-ledger.ts'
import { readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts'
import { within } from './within.ts'

export type LedgerClientOptions = {
  readonly url: string
  readonly replicaId: string
  readonly snapshotFile: string
  /** Told of each snapshot before the ledger is, and asked who had to wait. Left out: nobody waits here. */
  readonly waiting?: Pick<Waiting, 'adopt' | 'toNote' | 'noted'>
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
  #keeping: Promise<void> = Promise.resolve()

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
      const kept = await readSnapshotFile(this.#options.snapshotFile, this.#options.logger)
      if (kept) this.#route(kept)
      const version = kept?.version ?? null
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
    await this.#keeping
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
    if (version !== this.#snapshot?.version) this.#adopt(await readSnapshot(this.#sql))
    await this.#noteWaits()
    await acknowledge(this.#sql, this.replicaId, this.#snapshot?.version ?? version)
  }

  #adopt(snapshot: Snapshot): void {
    this.#route(snapshot)
    this.#options.logger.info({ version: snapshot.version }, 'routing by a new version of the ledger')
    this.#keeping = this.#keeping.then(() => this.#keep(snapshot))
    this.#tell()
  }

  #route(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    this.#options.waiting?.adopt(snapshot)
  }

  /** One after the other, and only the newest: an older one must not end up on top. */
  async #keep(snapshot: Snapshot): Promise<void> {
    if (snapshot !== this.#snapshot) return
    const { snapshotFile, logger } = this.#options
    await writeSnapshotFile(snapshotFile, snapshot, logger)
  }

  /** Before the version that ended a hold is acknowledged, so that the flip's receipt has the figures. */
  async #noteWaits(): Promise<void> {
    const { waiting, logger } = this.#options
    for (const waits of waiting?.toNote() ?? []) {
      const { flip } = waits
      try {
        await noteWaits(this.#sql, { ...waits, replica: this.replicaId })
      } catch (error) {
        // A ledger that was reached and refuses will refuse again: figures are not worth an acknowledgement.
        if (!(error instanceof Error && error.name === 'PostgresError')) throw error
        logger.warn({ err: error, flip }, 'the ledger does not take the figures of a flip')
      }
      waiting?.noted(flip)
    }
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
