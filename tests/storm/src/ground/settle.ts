import { type CarvedDomain, createOperator, until } from '@emotibot/testkit'
import { DOMAINS, planOne } from '../plan/plan-flips.ts'
import type { Random } from '../plan/random.ts'
import { askFor, type Told } from './operate.ts'
import { readFlips } from './read-flips.ts'
import type { Ground } from './start-ground.ts'

const QUIET_WITHIN_MS = 60_000

/** Waits, without a hand, until every process is up, no flip is under way, and both feeds have run out. */
export async function settle({ stack, parts }: Ground): Promise<void> {
  await until(
    'every process runs',
    () => Object.values(parts).every((part) => part.isRunning()),
    QUIET_WITHIN_MS,
  )
  const isQuiet = async () => (await readFlips(stack.facade.ledgerUrl)).open === 0
  await until('no flip is under way', isQuiet, QUIET_WITHIN_MS)
  await stack.untilInStep()
}

/** What the mover itself has found in the end, in words: a storm leaves nothing set aside and no difference. */
export async function findLeftovers(ground: Ground): Promise<string[]> {
  const found = await Promise.all(DOMAINS.map((domain) => findLeftoversOf(ground, domain)))
  return found.flat()
}

async function findLeftoversOf({ stack }: Ground, domain: CarvedDomain): Promise<string[]> {
  const first = await stack.verify(domain)
  const isOver = async () => {
    const carveOut = (await stack.carveOuts()).carve_outs.find((one) => one.domain === domain)
    const isOfNow = carveOut?.verify?.started_at === first.verify?.started_at
    return isOfNow && carveOut?.verify?.state !== 'running' ? carveOut : null
  }
  const { verify, feeds } = await until(`the stores of ${domain} are compared`, isOver, QUIET_WITHIN_MS)
  const said = [
    ...(verify?.reason ? [`the stores could not be compared: ${verify.reason}`] : []),
    ...(verify?.differences ?? []).map((each) => `the stores differ: ${JSON.stringify(each)}`),
    ...feeds.flatMap(({ set_aside }) => set_aside ?? []).map((each) => `set aside: ${JSON.stringify(each)}`),
    ...feeds.flatMap(({ to, conflicts }) => (conflicts ? [`${conflicts} conflicts at the ${to}`] : [])),
  ]
  return said.map((each) => `${domain}: ${each}`)
}

const FLIP_WITHIN_MS = 30_000

/** One flip to a random place in the quiet: whatever happened, the next one works. */
export async function flipOnceMore({ stack }: Ground, random: Random, told: Told): Promise<void> {
  const operator = createOperator(stack.facade)
  const before = told.done
  // Some are refused because things are so already; a breaker takes a moment to close.
  const isDone = async () => {
    await askFor(operator, planOne(random), told)
    return told.done > before
  }
  await until('a flip is done after the storm', isDone, FLIP_WITHIN_MS).catch((cause: unknown) => {
    throw new Error(`No flip is possible after the storm: ${told.last.join('\n')}`, { cause })
  })
}
