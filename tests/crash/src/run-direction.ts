import { FLIP_STEPS } from '@emotibot/flags'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { casesOf, type Direction, nameOf, sampleOf } from './matrix.ts'
import { runCase } from './run-case.ts'
import { openStage, type Stage } from './stage.ts'

const CASE_WITHIN_MS = 90_000

/** The cases of one direction over one stack; all of them where `CRASH_MATRIX=whole`, else a sample. */
export function testDirection(direction: Direction): void {
  const all = casesOf(FLIP_STEPS)
  const chosen = process.env['CRASH_MATRIX'] === 'whole' ? all : sampleOf(all, FLIP_STEPS)
  const cases = chosen.filter((each) => each.direction === direction)
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
  }, CASE_WITHIN_MS)
  afterAll(() => stage?.close())

  describe(`a flip ${direction} ends whole`, () => {
    for (const wanted of cases)
      it(
        nameOf(wanted),
        async () => {
          const { broken, failures } = await runCase(stage, wanted)
          expect(broken).toEqual([])
          // Whoever waits is let go by the other driver, in time.
          if (wanted.victim.startsWith('driver')) expect(failures).toEqual({})
        },
        CASE_WITHIN_MS,
      )
  })
}
