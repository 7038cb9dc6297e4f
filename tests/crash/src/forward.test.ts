import { FLIP_STEPS } from '@emotibot/flags'
import { casesOf, chosenOf, sampleOf } from './matrix.ts'
import { auth } from './subjects/auth.ts'
import { testCases } from './test-cases.ts'

const cases = chosenOf(casesOf(FLIP_STEPS), (all) => sampleOf(all, FLIP_STEPS))
testCases(
  auth,
  cases.filter(({ direction }) => direction === 'forward'),
)
