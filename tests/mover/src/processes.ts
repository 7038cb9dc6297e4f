// All three as processes of their own, as they run for real; what is decided by a flip is decided here by hand.

import { authEntities } from '@emotibot/migration-auth'
import {
  createPostgresStore,
  createSqliteStore,
  OWNS_ALL,
  OWNS_NONE,
  type Store,
  type VerifyReport,
  verify,
} from '@emotibot/sync'
import {
  type Auth,
  type Monolith,
  type Mover,
  startAuth,
  startMonolith,
  startMover,
  until,
} from '@emotibot/testkit'
import { fence } from './two-stores.ts'

export type Processes = {
  readonly monolith: Monolith
  readonly auth: Auth
  readonly mover: () => Mover
  /** Kills the mover at once, and starts another one. */
  replaceMover(): Promise<void>
  /** Begins the backfill, and waits until it is done and both feeds have run out. */
  backfill(): Promise<void>
  untilInStep(): Promise<void>
  /** Gives buckets from `low` on to the service, as a flip does. */
  giveFrom(low: number): Promise<void>
  verify(): Promise<VerifyReport>
  close(): Promise<void>
}

export async function startProcesses(file?: string): Promise<Processes> {
  const processes = true
  const monolith = await startMonolith({ processes, ...(file ? { file } : {}) })
  const auth = await startAuth({ processes, secret: monolith.secret })
  const start = () =>
    startMover({ processes, secret: monolith.secret, file: monolith.file, databaseUrl: auth.databaseUrl })
  let mover = await start()
  const legacy = createSqliteStore({ file: monolith.file, entities: authEntities })
  const service = createPostgresStore({ url: auth.databaseUrl, entities: authEntities })

  async function untilInStep(): Promise<void> {
    await until(
      'both feeds have run out',
      async () => {
        const [carveOut] = (await mover.status()).carve_outs
        const isDone = carveOut?.backfill.every(({ is_finished }) => is_finished)
        return isDone && carveOut?.feeds.every(({ behind }) => behind?.entries === 0)
      },
      20_000,
    )
  }

  return {
    monolith,
    auth,
    mover: () => mover,
    untilInStep,
    replaceMover: async () => {
      await mover.kill()
      await mover.close()
      mover = await start()
    },
    backfill: async () => {
      await until(
        'the mover takes the command',
        async () => (await mover.command('backfill', 'auth')) === 202,
      )
      await untilInStep()
    },
    giveFrom: async (low) => {
      await fence(legacy, 'giveUp', { group: 'auth', rule: { ...OWNS_ALL, high: low } })
      await untilInStep()
      await fence(service, 'open', { group: 'auth', rule: { ...OWNS_NONE, low, high: OWNS_ALL.high } })
    },
    verify: () => verifyBoth(legacy, service),
    close: async () => {
      await Promise.all([legacy.close(), service.close(), mover.close()])
      await Promise.all([auth.close(), monolith.close()])
    },
  }
}

function verifyBoth(monolith: Store, service: Store): Promise<VerifyReport> {
  const names = { monolith: 'monolith', service: 'auth' }
  // The pumps are in another process, which records its places within a second by itself.
  return verify({ monolith, service, names, entities: authEntities }, { wake: () => undefined })
}
