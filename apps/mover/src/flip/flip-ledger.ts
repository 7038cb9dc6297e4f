// The ledger as the mover needs it. Every call is bounded, may fail, and may have had its effect all the same: who calls
// looks again.
import { migrate, openPostgres, type Sql } from '@emotibot/db'
import {
  type Acknowledgement,
  abandonFlip,
  type Hold,
  holdFlip,
  keepAcknowledgements,
  LEDGER_CHANNEL,
  ledgerSteps,
  type OpenFlip,
  type Recorded,
  readOpenFlips,
  readReplicas,
  recordFlip,
  type Turned,
} from '@emotibot/flags'
import { within } from './within.ts'

const LIMIT_MS = 2_000

export class FlipLedger {
  readonly #url: string
  readonly #listeners = new Set<() => void>()
  #sql: Sql
  #isListening = false

  constructor(url: string) {
    this.#url = url
    this.#sql = this.#open()
  }

  /** Flips that move data and have not ended. */
  openFlips(): Promise<OpenFlip[]> {
    return this.#ask(async (sql) => {
      await this.#listen(sql)
      return readOpenFlips(sql)
    })
  }

  hold(flip: string, holds: readonly Hold[]): Promise<Turned> {
    return this.#ask((sql) => holdFlip(sql, flip, holds))
  }

  record(flip: string, recorded: Recorded): Promise<Turned> {
    return this.#ask((sql) => recordFlip(sql, flip, recorded))
  }

  abandon(flip: string, reason: string): Promise<Turned> {
    return this.#ask((sql) => abandonFlip(sql, flip, reason))
  }

  replicas(): ReturnType<typeof readReplicas> {
    return this.#ask((sql) => readReplicas(sql))
  }

  keepAcknowledgements(flip: string, acknowledgements: readonly Acknowledgement[]): Promise<void> {
    return this.#ask((sql) => keepAcknowledgements(sql, flip, acknowledgements))
  }

  /** Calls back on every change of the ledger that is heard of; some are not. Answers how to stop that. */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 1 })
  }

  async #ask<T>(question: (sql: Sql) => Promise<T>): Promise<T> {
    const sql = this.#sql
    try {
      return await within(LIMIT_MS, question(sql))
    } catch (error) {
      if (sql === this.#sql) this.#reopen()
      throw error
    }
  }

  async #listen(sql: Sql): Promise<void> {
    if (this.#isListening) return
    // It may be there before any facade, who otherwise makes the tables.
    await migrate(sql, ledgerSteps)
    await sql.listen(LEDGER_CHANNEL, () => {
      for (const listener of this.#listeners) listener()
    })
    this.#isListening = sql === this.#sql
  }

  /** Connections that failed or hang are of no further use. */
  #reopen(): void {
    const old = this.#sql
    this.#isListening = false
    this.#sql = this.#open()
    old.end({ timeout: 0 }).catch(() => undefined)
  }

  #open(): Sql {
    return openPostgres(this.#url, {
      applicationName: 'emotibot-mover-flips',
      max: 3,
      connectTimeoutMs: LIMIT_MS,
      statementTimeoutMs: LIMIT_MS,
    })
  }
}
