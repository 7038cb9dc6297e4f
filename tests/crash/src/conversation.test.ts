import { FLIP_STEPS } from '@emotibot/flags'
import { casesOf, chosenOf, thinSampleOf } from './matrix.ts'
import { conversation } from './subjects/conversation.ts'
import { testCases } from './test-cases.ts'

testCases(
  conversation,
  chosenOf(casesOf(FLIP_STEPS), (all) => thinSampleOf(all, FLIP_STEPS)),
)
