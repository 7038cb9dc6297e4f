import { FLIP_STEPS } from '@emotibot/flags'
import { expect, it, onTestFinished } from 'vitest'
import { openHub } from './driver/hub.ts'
import { type Case, casesOf, DIRECTIONS, MOMENTS, sampleOf, thinSampleOf, VICTIMS } from './matrix.ts'
import { untilAt } from './run-case.ts'
import { STRUCK } from './stage.ts'

it('strikes every step of the state machine in every way', () => {
  const cases = casesOf(FLIP_STEPS)
  expect(cases).toHaveLength(FLIP_STEPS.length * MOMENTS.length * VICTIMS.length * DIRECTIONS.length)
  for (const step of FLIP_STEPS) expect(cases.filter((each) => each.step === step)).toHaveLength(24)
})

it('strikes a step that is added without being told of it', () => {
  const cases = casesOf([...FLIP_STEPS, 'bless'])
  expect(cases.filter(({ step }) => step === 'bless')).toHaveLength(24)
})

it('samples every victim at every step, each in both directions and at both moments', () => {
  const sample = sampleOf(casesOf(FLIP_STEPS), FLIP_STEPS)
  const kinds = (of: readonly Case[]) =>
    new Set(of.map(({ direction, moment }) => `${direction} ${moment}`)).size
  expect(sample).toHaveLength(casesOf(FLIP_STEPS).length / 4)
  for (const step of FLIP_STEPS) {
    const struck = sample.filter((each) => each.step === step)
    expect(new Set(struck.map(({ victim }) => victim)).size).toBe(VICTIMS.length)
    expect(kinds(struck)).toBe(4)
  }
  for (const victim of VICTIMS) expect(kinds(sample.filter((each) => each.victim === victim))).toBe(4)
})

it('samples thinly every step once, and every victim, direction and moment', () => {
  const sample = thinSampleOf(casesOf(FLIP_STEPS), FLIP_STEPS)
  const seen = (of: (each: Case) => string) => new Set(sample.map(of)).size
  expect(sample).toHaveLength(FLIP_STEPS.length)
  expect(seen(({ step }) => step)).toBe(FLIP_STEPS.length)
  expect(seen(({ victim }) => victim)).toBe(VICTIMS.length)
  expect(seen(({ direction, moment }) => `${direction} ${moment}`)).toBe(4)
})

it('fails a step of which its driver says nothing', async () => {
  const hub = await openHub()
  onTestFinished(() => hub.close())
  hub.holdIf(() => true)
  const announce = (step: string) =>
    fetch(`${hub.url}?${new URLSearchParams({ name: STRUCK, step, moment: 'before' })}`, { method: 'POST' })
  const announced = announce('hold')
  await untilAt({ hub }, { step: 'hold', moment: 'before' })
  const waiting = untilAt({ hub }, { step: 'bless', moment: 'before' }, 100)
  await expect(waiting).rejects.toThrow('the driver comes to before bless')
  hub.release()
  expect((await announced).ok).toBe(true)
})
