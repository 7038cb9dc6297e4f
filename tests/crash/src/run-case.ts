import { askToAbort, type FlipState, readFlipState } from '@emotibot/flags'
import { until } from '@emotibot/testkit'
import { forgetWhoIsGone } from './forget-who-is-gone.ts'
import { type Case, nameOf, PATHS } from './matrix.ts'
import { type Ordered, orderUntilTaken, placeAt } from './order.ts'
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
  await forgetWhoIsGone(stage)
  writers.takeFailures()
  hub.holdIf(
    ({ name, step, moment }) => name === STANDBY || (step === wanted.step && moment === wanted.moment),
  )
  let recover: Recovery = async () => undefined
  let ordered: Ordered | null = null
  try {
    ordered = await orderUntilTaken(stage, isForward ? 'service' : 'monolith')
    const { flip, told } = ordered
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
    await ordered?.told
  }
}

/** How it ended; null while it is under way. */
async function endOf({ ledger }: Stage, flip: string): Promise<FlipState | null> {
  const found = await readFlipState(ledger, flip)
  return found?.state === 'done' || found?.state === 'abandoned' ? found.state : null
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
