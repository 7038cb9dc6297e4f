import { askToAbort, type FlipState, readFlipState, readOpenFlips, readReplicas } from '@emotibot/flags'
import { createOperator, until } from '@emotibot/testkit'
import { type Case, nameOf, PATHS } from './matrix.ts'
import { STANDBY, STRUCK, type Stage } from './stage.ts'
import { type Recovery, strike } from './strike.ts'
import { findBroken } from './wholeness.ts'

export type Outcome = {
  readonly state: FlipState
  readonly broken: readonly string[]
  /** Requests that failed for their users. */
  readonly failures: Readonly<Record<string, number>>
}

const AT_STEP_WITHIN_MS = 20_000
const ENDED_WITHIN_MS = 30_000

/** Flips, strikes at the step, and looks whether everything is whole in the end, without a hand. */
export async function runCase(stage: Stage, wanted: Case): Promise<Outcome> {
  const { hub, writers } = stage
  const isForward = wanted.direction === 'forward'
  // Writers see nothing of a flip that nobody strikes; each case begins with one of those where it must.
  await placeAt(stage, isForward ? 'monolith' : 'service')
  await untilNobodyGoneIsWaitedFor(stage)
  writers.takeFailures()
  hub.holdIf(
    ({ name, step, moment }) => name === STANDBY || (step === wanted.step && moment === wanted.moment),
  )
  const told = order(stage, isForward ? 'service' : 'monolith')
  let recover: Recovery = async () => undefined
  try {
    const flip = await idOfFlip(stage)
    if (PATHS[wanted.step] === 'undone') await giveUpOnTheWay(stage, wanted, flip)
    await untilAt(stage, wanted)
    recover = await strike(stage, wanted.victim, isForward)
    const state = await until(`${flip} has ended`, () => endOf(stage, flip), ENDED_WITHIN_MS)
    await recover()
    await writers.untilEachHasWritten()
    await told
    return { state, broken: await findBroken(stage), failures: writers.takeFailures() }
  } catch (error) {
    // The next case is to find everybody well.
    await recover().catch(() => undefined)
    throw error
  } finally {
    hub.holdIf(() => false)
    hub.release()
    await told
  }
}

/** A facade that an earlier case killed counts as live for a while, and log outs wait for it: that is not this case's. */
async function untilNobodyGoneIsWaitedFor({ ledger, stack }: Stage): Promise<void> {
  const isSo = async () => {
    const live = (await readReplicas(ledger)).filter((replica) => replica.is_live)
    return live.length <= stack.facades.length
  }
  await until('only facades that run are waited for', isSo, ENDED_WITHIN_MS)
}

/** How it ended; null while it is under way. */
async function endOf({ ledger }: Stage, flip: string): Promise<FlipState | null> {
  const found = await readFlipState(ledger, flip)
  return found?.state === 'done' || found?.state === 'abandoned' ? found.state : null
}

function idOfFlip({ ledger }: Stage): Promise<string> {
  return until('the flip is ordered', async () => (await readOpenFlips(ledger))[0]?.flip, AT_STEP_WITHIN_MS)
}

type Side = 'monolith' | 'service'

/** Through a front door that is never struck. What it answers is not what counts: the ledger and the stores are. */
async function order({ stack }: Stage, to: Side): Promise<string | null> {
  const operator = createOperator(stack.facades[1] ?? stack.facade)
  try {
    if (to === 'service') await operator.flip(['auth'], 'service')
    else await operator.rollback({ names: ['auth'] })
    return null
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

async function placeAt(stage: Stage, side: Side): Promise<void> {
  const isThere = async () => {
    const { routes } = await stage.stack.status()
    return routes
      .filter(({ group }) => group === 'auth' || group === 'auth.claim')
      .every(({ stage: now }) => now === side)
  }
  if (await isThere()) return
  await until(
    `everything is at the ${side}`,
    async () => {
      const refused = await order(stage, side)
      if (refused !== null && !(await isThere())) throw new Error(refused)
      return isThere()
    },
    ENDED_WITHIN_MS,
  )
}

/** Lets the driver come to where it waits for the destination, and asks it to give up there. */
async function giveUpOnTheWay(stage: Stage, wanted: Case, flip: string): Promise<void> {
  const { hub, ledger } = stage
  const here = { name: STRUCK, step: 'applied', moment: 'before' }
  hub.holdIf(({ name, step, moment }) => name === STANDBY || (step === here.step && moment === here.moment))
  await until('the driver has given up the source', () => hub.isWaiting(here), AT_STEP_WITHIN_MS)
  await askToAbort(ledger, { flip, by: 'crash', why: nameOf(wanted) })
  hub.holdIf(
    ({ name, step, moment }) => name === STANDBY || (step === wanted.step && moment === wanted.moment),
  )
  hub.release(STRUCK)
}

type Where = Pick<Case<string>, 'step' | 'moment'>

/** Throws for a step whose driver says nothing of it: it is not struck, and its cases fail. */
export async function untilAt(
  { hub }: Pick<Stage, 'hub'>,
  { step, moment }: Where,
  withinMs = AT_STEP_WITHIN_MS,
): Promise<void> {
  const isAt = () => hub.isWaiting({ name: STRUCK, step, moment })
  await until(`the driver comes to ${moment} ${step}`, isAt, withinMs)
}
