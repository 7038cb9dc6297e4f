// What must hold when a case is over, read from the stores, the ledger and the doors themselves.
import { DatabaseSync } from 'node:sqlite'
import { flagOf, readOpenFlips, readSnapshot } from '@emotibot/flags'
import type { Rule } from '@emotibot/sync'
import { until } from '@emotibot/testkit'
import type { Stage } from './stage.ts'

const GROUPS = [
  { group: 'auth', route: 'auth.login' },
  { group: 'auth.claim', route: 'auth.register' },
] as const
const BUCKETS = Array.from({ length: 100 }, (_, bucket) => bucket)
const ADOPTED_WITHIN_MS = 10_000

/** Everything that is not whole, in words. */
export async function findBroken(stage: Stage): Promise<string[]> {
  const { writers } = stage
  await writers.pause()
  try {
    await stage.stack.untilInStep()
    const broken = [...(await brokenOwnership(stage)), ...(await brokenSessions(stage))]
    return [...broken, ...writers.takeFaults()]
  } finally {
    writers.resume()
  }
}

async function brokenOwnership({ stores, ledger, stack }: Stage): Promise<string[]> {
  const snapshot = await readSnapshot(ledger)
  const open = await readOpenFlips(ledger)
  const broken = open.map(({ flip, state }) => `flip ${flip} is still ${state}`)
  if (snapshot.holds.length > 0) broken.push(`held: ${JSON.stringify(snapshot.holds)}`)
  for (const { group, route } of GROUPS) {
    const monolith = await stores.monolith.authority.read(group)
    const service = await stores.service.authority.read(group)
    const { share } = flagOf(snapshot, route)
    for (const bucket of BUCKETS) {
      const owners = [monolith, service].filter(({ rule }) => ownsBucket(rule, bucket)).length
      const isWhereRouted = ownsBucket(service.rule, bucket) === bucket < share
      if (owners === 1 && isWhereRouted) continue
      broken.push(`bucket ${bucket} of ${group} has ${owners} owners at share ${share}`)
      break
    }
  }
  for (const { control, operatorToken } of stack.facades)
    await untilAdopted(control, operatorToken, snapshot.version)
  return broken
}

/** Nobody was kept back or let through by name in these flips. */
const ownsBucket = ({ low, high }: Rule, bucket: number): boolean => bucket >= low && bucket < high

async function untilAdopted(control: string, token: string, version: number): Promise<void> {
  const isAdopted = async () => {
    const answer = await fetch(`${control}/control/status`, { headers: { authorization: `Bearer ${token}` } })
    return ((await answer.json()) as { version: number }).version >= version
  }
  await until(`the facade routes by version ${version}`, isAdopted, ADOPTED_WITHIN_MS)
}

/** Each acknowledged sign-in and sign-out, in both stores. */
async function brokenSessions({ writers, stack, database }: Stage): Promise<string[]> {
  const file = new DatabaseSync(stack.monolith.file, { readOnly: true })
  const inMonolith = new Set(
    file
      .prepare('SELECT id FROM sessions')
      .all()
      .map(({ id }) => String(id)),
  )
  file.close()
  const rows = await database<{ id: string }[]>`select id from sessions where revoked_at_ms is null`
  const inService = new Set(rows.map(({ id }) => id))
  const broken: string[] = []
  for (const [sid, state] of writers.sessions)
    for (const [name, held] of [
      ['monolith', inMonolith],
      ['auth', inService],
    ] as const) {
      if (state === 'live' && !held.has(sid)) broken.push(`session ${sid} is lost at ${name}`)
      if (state === 'over' && held.has(sid))
        broken.push(`session ${sid} goes on at ${name}, though it is over`)
    }
  return broken
}
