import {
  type CarvedDomain,
  type CarvedOutStack,
  type PrivatePostgres,
  startPrivatePostgres,
  startStack,
} from '@emotibot/testkit'
import type { Target } from '../plan/plan-faults.ts'
import { DOMAINS } from '../plan/plan-flips.ts'

/** What can be killed, frozen and started again. */
export type Breakable = Pick<PrivatePostgres, 'kill' | 'restart' | 'freeze' | 'thaw'> & {
  isRunning(): boolean
  lastWords(): string
}

/** What is not here cannot be broken. */
export type Parts = Partial<Readonly<Record<Target, Breakable>>>

export type Ground = {
  readonly stack: CarvedOutStack<CarvedDomain>
  readonly parts: Parts
  close(): Promise<void>
}

/** Two facades, the monolith, every service and the mover as processes, and a Postgres that is nobody else's. */
export async function startGround(): Promise<Ground> {
  const postgres = await startPrivatePostgres({ max_connections: '200' })
  try {
    const { createDatabase } = postgres
    const stack = await startStack({
      processes: true,
      carvedOut: DOMAINS,
      facades: 2,
      createDatabase,
      env: SETTINGS,
    })
    const { monolith, auth, conversation, emotion, ai, mover, facades } = stack
    const [first = stack.facade, second = stack.facade] = facades
    return {
      stack,
      parts: {
        monolith,
        auth,
        conversation,
        emotion,
        ai,
        mover,
        postgres,
        'facade 1': first,
        'facade 2': second,
      },
      close: async () => {
        await stack.close()
        await postgres.close()
      },
    }
  } catch (cause) {
    await postgres.close()
    throw cause
  }
}

/** Words of a reply come without pauses: what is measured is what is kept. */
const SETTINGS = { monolith: { EMOTIBOT_REPLY_PACE_MS: '0' } }

/** All of it inside this process, where nothing can be killed: to see whether the storm itself sees. */
export async function startCalmGround(): Promise<Ground> {
  const postgres = await startPrivatePostgres({ max_connections: '200', fsync: 'off' })
  const { createDatabase } = postgres
  const stack = await startStack({ carvedOut: DOMAINS, facades: 2, createDatabase, env: SETTINGS })
  const close = async () => {
    await stack.close()
    await postgres.close()
  }
  return { stack, parts: {}, close }
}
