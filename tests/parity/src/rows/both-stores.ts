import { until } from '@emotibot/testkit'
import type { WholeStack } from '../targets/carved-out.ts'

const VERIFIED_WITHIN_MS = 60_000

/** What a comparison of both stores finds, row by row, once all feeds have run out: every fault in words. */
export async function faultsOfBothStores(stack: WholeStack): Promise<string[]> {
  await stack.untilInStep()
  const { carve_outs } = await stack.mover.status()
  const faults: string[] = []
  for (const { domain, feeds } of carve_outs) {
    for (const { from, set_aside, conflicts } of feeds) {
      if (set_aside?.length)
        faults.push(`${domain}: ${set_aside.length} changes of the ${from} are set aside`)
      if (conflicts) faults.push(`${domain}: ${conflicts} conflicts with the ${from}`)
    }
    faults.push(...(await verify(stack, domain)))
  }
  return faults
}

async function verify(stack: WholeStack, domain: string): Promise<string[]> {
  await stack.verify(domain)
  const done = await until(
    `${domain} is verified`,
    async () => {
      const status = (await stack.mover.status()).carve_outs.find((each) => each.domain === domain)
      return status?.verify && status.verify.state !== 'running' ? status.verify : null
    },
    VERIFIED_WITHIN_MS,
  )
  if (done.state === 'failed') return [`${domain}: ${done.reason}`]
  return done.differences.map(({ entity, key, kind }) => `${domain}: ${entity} ${key} is ${kind}`)
}
