import { setTimeout as delay } from 'node:timers/promises'
import { type MigrationStep, migrate, type Sql } from '@emotibot/db'
import type { Logger } from '@emotibot/service-kit'
import { storeNotOpenError } from './errors.ts'

export type Opening = {
  /** Throws ApiError BUSY until the database was reached and its schema is the one of this version. */
  requireOpen(): void
  stop(): Promise<void>
}

export type OpeningOptions = {
  readonly client: Sql
  readonly steps: readonly MigrationStep[]
  readonly logger: Logger
  /** Called once. */
  readonly onOpen: () => void
}

/** How long the start of the service waits for its database: it has routes that need none. */
const FIRST_WAIT_MS = 3_000
const PAUSE_MS = 500

/** Brings the database up to date when it is there, however long that takes; resolves when it is, or is late. */
export async function openWhenThere({ client, steps, logger, onOpen }: OpeningOptions): Promise<Opening> {
  const stopping = new AbortController()
  let isOpen = false

  async function tryOnce(): Promise<void> {
    try {
      await migrate(client, steps)
      isOpen = !stopping.signal.aborted
    } catch (err) {
      if (!stopping.signal.aborted) logger.warn({ err }, 'the database could not be opened; trying again')
    }
  }

  async function open(): Promise<void> {
    for (await tryOnce(); !isOpen && !stopping.signal.aborted; await tryOnce()) {
      await delay(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
    if (isOpen) onOpen()
  }

  const opening = open()
  await Promise.race([opening, delay(FIRST_WAIT_MS, undefined, { ref: false })])
  return {
    requireOpen() {
      if (!isOpen) throw storeNotOpenError()
    },
    async stop() {
      stopping.abort()
      // A try that hangs ends with its connection, which the caller ends next.
      await Promise.race([opening, delay(PAUSE_MS, undefined, { ref: false })])
    },
  }
}
