import { askToAbort, FLIP_STEPS, type FlipStep, readOpenFlips } from '@emotibot/flags'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Stage, setStage, until } from '../testing/stage.ts'
import { expectAllThere, startWriters, type Writers } from '../testing/writers.ts'
import type { StepHook } from './driver.ts'

type Trap = {
  readonly step: FlipStep
  readonly when: 'before' | 'after'
  /** After this step an operator wants the flip given up. */
  readonly abortAfter: FlipStep | null
}

const UNDO: readonly FlipStep[] = ['close', 'reopen', 'abandon']
const TIMES = ['before', 'after'] as const
/** Every step on the way; and on the way back, from after the give-up and from before it. */
const TRAPS: readonly Trap[] = FLIP_STEPS.flatMap((step) =>
  TIMES.flatMap((when): Trap[] => {
    if (!UNDO.includes(step)) return [{ step, when, abortAfter: null }]
    const early: Trap[] = step === 'close' ? [] : [{ step, when, abortAfter: 'hold' }]
    return [{ step, when, abortAfter: 'giveUp' }, ...early]
  }),
)
const SHARE = 60

/** Does the trapped thing once, the first time that any mover comes by. */
class Traps {
  #trap: Trap | null = null
  #spring: () => Promise<void> | void = () => undefined
  #isSprung = false
  readonly #stage: Stage

  constructor(stage: Stage) {
    this.#stage = stage
  }

  get isSprung(): boolean {
    return this.#isSprung
  }

  set(trap: Trap, spring: () => Promise<void> | void): void {
    this.#trap = trap
    this.#spring = spring
    this.#isSprung = false
  }

  readonly hook: StepHook = async (step, when) => {
    const trap = this.#trap
    if (!trap) return
    if (when === 'after' && step === trap.abortAfter) await this.#abort()
    if (this.#isSprung || step !== trap.step || when !== trap.when) return
    this.#isSprung = true
    await this.#spring()
  }

  async #abort(): Promise<void> {
    for (const { flip } of await readOpenFlips(this.#stage.ledgerSql))
      await askToAbort(this.#stage.ledgerSql, { flip, by: 'anna', why: null })
  }
}

type Ground = { readonly stage: Stage; readonly traps: Traps; readonly writers: Writers }

async function setGround(movers: number): Promise<Ground> {
  const stage = await setStage()
  const traps = new Traps(stage)
  for (let mover = 0; mover < movers; mover++) await stage.startMover({ onStep: traps.hook })
  return { stage, traps, writers: startWriters(stage, { writers: 2, everyMs: 10 }) }
}

/**
 * Flips to the other share until the trap was come by; whatever happens, the stores end whole, and as the ledger says.
 * On a machine that others use a flip may be abandoned on its own account, before or after the trap.
 */
async function flipOver(
  { stage, traps }: Ground,
  trap: Trap,
  spring: () => Promise<void> | void,
): Promise<void> {
  const before = (await stage.shares()).auth
  const target = before === SHARE ? 0 : SHARE
  traps.set(trap, spring)
  for (;;) {
    const flip = await stage.order({ auth: target })
    const state = await stage.ended(flip)
    expect([trap, (await stage.shares()).auth]).toEqual([trap, state === 'done' ? target : before])
    expect(await stage.holds()).toBe(0)
    expect(await stage.flagOf('auth.login')).toMatchObject({ share: state === 'done' ? target : before })
    if (state === 'done' || (traps.isSprung && trap.abortAfter !== null)) break
  }
  await until(`the trap ${trap.when} ${trap.step} was come by`, () => traps.isSprung)
}

/** Through all traps in both directions: what was abandoned there is flipped over in between. */
async function springAll(ground: Ground, spring: () => Promise<void> | void): Promise<void> {
  for (const trap of TRAPS) {
    for (let direction = 0; direction < 2; direction++) {
      await flipOver(ground, trap, spring)
      if (trap.abortAfter !== null) await flipOver(ground, PLAIN, () => undefined)
    }
  }
  await ground.writers.stop()
  await expectAllThere(ground.stage, ground.writers.acknowledged)
}

const PLAIN: Trap = { step: 'hold', when: 'before', abortAfter: null }
const AWAY_MS = 120

describe('a flip ends whole, in both directions, and loses no write', () => {
  it('when any step fails once, before or after it was done', { timeout: 240_000 }, async () => {
    await springAll(await setGround(1), () => {
      throw new Error('fails once')
    })
  })

  it('when the ledger goes away at any step', { timeout: 240_000 }, async () => {
    const ground = await setGround(1)
    await springAll(ground, () => goAway(ground.stage.toLedger))
  })

  it('when the store of the service goes away at any step', { timeout: 240_000 }, async () => {
    const ground = await setGround(1)
    await springAll(ground, () => goAway(ground.stage.toService))
  })

  it('when one of two drivers is frozen at any step, and goes on when the other has ended it', {
    timeout: 240_000,
  }, async () => {
    const ground = await setGround(2)
    let frozen = Promise.withResolvers<void>()
    onTestFinished(() => frozen.resolve())
    await springAll(ground, async () => {
      // The one before it is thawed here: it wakes up in the middle of another flip.
      frozen.resolve()
      frozen = Promise.withResolvers()
      await frozen.promise
    })
  })
})

function goAway(relay: Stage['toLedger']): void {
  relay.cut()
  setTimeout(() => relay.mend(), AWAY_MS)
}
