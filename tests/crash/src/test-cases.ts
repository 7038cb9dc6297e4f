import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Case, nameOf } from './matrix.ts'
import { runCase } from './run-case.ts'
import { openStage, type Stage } from './stage.ts'
import type { Subject } from './subjects/subject.ts'

const READY_WITHIN_MS = 240_000
const CASE_WITHIN_MS = 90_000

/** Cases over one stack, one after another. */
export function testCases(subject: Subject, cases: readonly Case[]): void {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage(subject)
  }, READY_WITHIN_MS)
  afterAll(() => stage?.close())

  describe(`a flip of ${subject.domain} ends whole`, () => {
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
