// What must hold when a case is over, read from the stores, the ledger and the doors themselves.
import { flagOf, readOpenFlips, readSnapshot } from '@emotibot/flags'
import type { Rule } from '@emotibot/sync'
import { until } from '@emotibot/testkit'
import type { Stage } from './stage.ts'

const BUCKETS = Array.from({ length: 100 }, (_, bucket) => bucket)
const ADOPTED_WITHIN_MS = 10_000

/** Everything that is not whole, in words. */
export async function findBroken(stage: Stage): Promise<string[]> {
  const { writers, journal, stack, database } = stage
  await writers.pause()
  try {
    await stack.untilInStep()
    const lost = await journal.findBroken({ file: stack.monolith.file, database })
    return [...(await brokenOwnership(stage)), ...lost, ...writers.takeFaults()]
  } finally {
    writers.resume()
  }
}

async function brokenOwnership({ subject, stores, ledger, stack }: Stage): Promise<string[]> {
  const snapshot = await readSnapshot(ledger)
  const open = await readOpenFlips(ledger)
  const broken = open.map(({ flip, state }) => `flip ${flip} is still ${state}`)
  if (snapshot.holds.length > 0) broken.push(`held: ${JSON.stringify(snapshot.holds)}`)
  for (const { group, route } of subject.groups) {
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
