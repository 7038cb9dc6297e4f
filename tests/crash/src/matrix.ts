// Every way a flip can be struck, made from its steps. A step that is added is struck with the next run; one whose
// driver never announces it fails its cases.
import type { FlipStep } from '@emotibot/flags'

export const DIRECTIONS = ['forward', 'back'] as const
export const MOMENTS = ['before', 'after'] as const
export const VICTIMS = [
  'driver killed',
  'driver frozen',
  'facade killed',
  'source killed',
  'destination killed',
  'connections cut',
] as const
export type Direction = (typeof DIRECTIONS)[number]
export type Moment = (typeof MOMENTS)[number]
export type Victim = (typeof VICTIMS)[number]

export type Case<S extends string = FlipStep> = {
  readonly direction: Direction
  readonly step: S
  readonly moment: Moment
  readonly victim: Victim
}

/** Where a step is met: on the way, or only by a flip that is given up on the way. */
export const PATHS: Readonly<Record<FlipStep, 'way' | 'undone'>> = {
  hold: 'way',
  giveUp: 'way',
  applied: 'way',
  open: 'way',
  record: 'way',
  acknowledge: 'way',
  close: 'undone',
  reopen: 'undone',
  abandon: 'undone',
}

export function casesOf<S extends string>(steps: readonly S[]): Case<S>[] {
  return DIRECTIONS.flatMap((direction) =>
    steps.flatMap((step) =>
      MOMENTS.flatMap((moment) => VICTIMS.map((victim) => ({ direction, step, moment, victim }))),
    ),
  )
}

/**
 * A quarter of them: every victim at every step once, and each of both in both directions and at both moments.
 */
export function sampleOf<S extends string>(cases: readonly Case<S>[], steps: readonly S[]): Case<S>[] {
  return cases.filter(({ direction, step, moment, victim }) => {
    const turn = steps.indexOf(step) + VICTIMS.indexOf(victim)
    const isItsDirection = turn % 2 === DIRECTIONS.indexOf(direction)
    return isItsDirection && Math.floor(turn / 2) % 2 === MOMENTS.indexOf(moment)
  })
}

/** One for every step, each with another victim than the step before; both directions and moments in turn. */
export function thinSampleOf<S extends string>(cases: readonly Case<S>[], steps: readonly S[]): Case<S>[] {
  return cases.filter(({ direction, step, moment, victim }) => {
    const turn = steps.indexOf(step)
    const isItsDirection = turn % 2 === DIRECTIONS.indexOf(direction)
    const isItsMoment = Math.floor(turn / 2) % 2 === MOMENTS.indexOf(moment)
    return isItsDirection && isItsMoment && turn % VICTIMS.length === VICTIMS.indexOf(victim)
  })
}

/** All of them where `CRASH_MATRIX=whole`, else a sample. */
export function chosenOf<S extends string>(
  all: readonly Case<S>[],
  sample: (all: readonly Case<S>[]) => readonly Case<S>[],
): readonly Case<S>[] {
  return process.env['CRASH_MATRIX'] === 'whole' ? all : sample(all)
}

export const nameOf = ({ direction, step, moment, victim }: Case<string>): string =>
  `${direction}: ${victim} ${moment} ${step}`
