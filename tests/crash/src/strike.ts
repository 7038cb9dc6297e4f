import { DatabaseSync } from 'node:sqlite'
import { until } from '@emotibot/testkit'
import type { Victim } from './matrix.ts'
import { STANDBY, STRUCK, type Stage } from './stage.ts'

/** What is left to do once the flip has ended: bring back what was struck. */
export type Recovery = () => Promise<void>

const REST_WITHIN_MS = 20_000

/** Strikes while the driver waits at its step; everybody else goes on from there. */
export async function strike(stage: Stage, victim: Victim, isForward: boolean): Promise<Recovery> {
  const { service } = stage
  const { monolith, facade } = stage.stack
  const [source, destination] = isForward ? [monolith, service] : [service, monolith]
  const strikes: Readonly<Record<Victim, () => Promise<Recovery>>> = {
    'driver killed': () => killDriver(stage),
    'driver frozen': () => freezeDriver(stage),
    'facade killed': () => kill(stage, facade),
    'source killed': () => kill(stage, source),
    'destination killed': () => kill(stage, destination),
    'connections cut': () => cutConnections(stage),
  }
  return strikes[victim]()
}

/** The other one goes on; this one comes back later. */
async function killDriver(stage: Stage): Promise<Recovery> {
  await stage.struck.kill()
  letGo(stage)
  return () => stage.struck.restart()
}

/**
 * What it is answered now it reads when it is thawed: until then, and for a moment longer, it believes that it drives.
 * Not in the middle of a write to the monolith's file: it would keep everybody from it (docs/guarantees.md, "Not promised").
 */
async function freezeDriver(stage: Stage): Promise<Recovery> {
  const { struck } = stage
  await until('the driver is frozen, and does not hold the file', () => {
    struck.freeze()
    if (isFree(stage.stack.monolith.file)) return true
    struck.thaw()
    return false
  })
  letGo(stage)
  return async () => {
    stage.struck.thaw()
    await untilAtRest(stage)
  }
}

/** Longer than any write of those that run. */
const FREE_WITHIN_MS = 500

function isFree(file: string): boolean {
  const db = new DatabaseSync(file, { timeout: FREE_WITHIN_MS })
  try {
    db.exec('begin immediate; rollback')
    return true
  } catch {
    return false
  } finally {
    db.close()
  }
}

async function cutConnections(stage: Stage): Promise<Recovery> {
  for (const sql of [stage.ledger, stage.database])
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'crash'`
  letGo(stage)
  return () => untilAtRest(stage)
}

function letGo({ hub }: Stage): void {
  hub.holdIf(() => false)
  hub.release(STANDBY)
  hub.release(STRUCK)
}

type Killable = { kill(): Promise<void>; restart(): Promise<void> }

/** It is started again at once, as a supervisor does, while the flip goes on. */
async function kill(stage: Stage, app: Killable): Promise<Recovery> {
  await app.kill()
  const restarted = app.restart()
  letGo(stage)
  return async () => {
    await restarted
    await untilAtRest(stage)
  }
}

/** Both movers answer, and neither drives anything. */
async function untilAtRest({ struck, stack }: Stage): Promise<void> {
  const isAtRest = async () => {
    const all = await Promise.all([struck.status(), stack.mover.status()])
    return all.every(({ carve_outs }) => carve_outs.every(({ flip }) => !flip))
  }
  await until('both movers have come to rest', isAtRest, REST_WITHIN_MS)
}
