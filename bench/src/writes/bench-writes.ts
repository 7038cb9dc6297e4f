import { randomBytes, randomUUID } from 'node:crypto'
import { routes } from '@emotibot/contracts'
import { startPrivatePostgres } from '@emotibot/testkit'
import { Pool } from 'undici'
import { signToken } from '../load/sign-token.ts'
import { ratio } from '../measure/figure.ts'
import { interleave } from '../measure/interleave.ts'
import type { Bench } from '../report/result.ts'
import { startAuthSide } from './auth-side.ts'
import { startMonolithSide } from './monolith-side.ts'
import { createUser, type Side, type SideOptions } from './side.ts'

const WRITES = 600
const CONNECTIONS = 8

/** Writes a second over HTTP, durable, with authority, feed and position and without them: sessions that end. */
export const benchWrites: Bench = async (options) => {
  const common = { secret: randomBytes(32).toString('base64url'), user: createUser() }
  const guarded: SideOptions = { ...common, isGuarded: true }
  const unguarded: SideOptions = { ...common, isGuarded: false }
  const ends: (() => Promise<void>)[] = []
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    ends.unshift(() => one.close())
    return one
  }
  try {
    const postgres = keep(await startPrivatePostgres())
    const contender = (name: string, side: Side) => ({ name, measure: () => logoutsPerSecond(side, guarded) })
    const figures = await interleave(
      [
        contender('monolith_with', keep(await startMonolithSide(guarded))),
        contender('monolith_without', keep(await startMonolithSide(unguarded))),
        contender('auth_with', keep(await startAuthSide(postgres, guarded))),
        contender('auth_without', keep(await startAuthSide(postgres, unguarded))),
        contender('auth_without_again', keep(await startAuthSide(postgres, unguarded))),
      ],
      options,
    )
    const over = (ours: string, peer: string) => ratio(figures[ours]!, figures[peer]!)
    return {
      unit: 'writes a second',
      figures,
      ratios: {
        monolith: over('monolith_with', 'monolith_without'),
        auth: over('auth_with', 'auth_without'),
        self_check: over('auth_without_again', 'auth_without'),
      },
      notes: [
        `A write is a logout over HTTP, ${CONNECTIONS} at a time: it reads the session and ends it in a durable commit.`,
        'with: authority, mark, feed and position; without: none of them, and no triggers. 0.9 costs 10 % of the throughput.',
        'self_check is two processes that are alike: what it differs from 1 by is noise.',
      ],
    }
  } finally {
    for (const end of ends) await end()
  }
}

async function logoutsPerSecond(side: Side, options: SideOptions): Promise<number> {
  const ids = Array.from({ length: WRITES }, () => randomUUID())
  await side.addSessions(ids)
  const tokens = await Promise.all(ids.map((sid) => signToken({ ...options, sid })))
  const pool = new Pool(side.url, { connections: CONNECTIONS })
  const { path, method } = routes['auth.logout']
  async function worker(): Promise<void> {
    for (let token = tokens.pop(); token !== undefined; token = tokens.pop()) {
      const headers = { authorization: `Bearer ${token}` }
      const { statusCode, body } = await pool.request({ path, method, headers })
      await body.dump()
      if (statusCode !== 204) throw new Error(`A logout was answered ${statusCode}.`)
    }
  }
  try {
    const startedAtMs = performance.now()
    await Promise.all(Array.from({ length: CONNECTIONS }, worker))
    return WRITES / ((performance.now() - startedAtMs) / 1_000)
  } finally {
    await pool.destroy()
  }
}
