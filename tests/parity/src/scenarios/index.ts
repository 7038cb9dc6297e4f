import type { Scenario } from '../journey/scenario.ts'
import { aiScenarios } from './ai.ts'
import { authScenarios } from './auth.ts'
import { conversationScenarios } from './conversation.ts'
import { emotionScenarios } from './emotion.ts'
import { legacyScenarios } from './legacy.ts'
import { realtimeScenarios } from './realtime.ts'
import { uiScenarios } from './ui.ts'
import { endOfVisit, wholeVisit } from './whole-visit.ts'

/** What somebody wrote down, by domain. */
export const writtenScenarios: readonly Scenario[] = [
  ...authScenarios,
  ...emotionScenarios,
  ...conversationScenarios,
  ...aiScenarios,
  ...realtimeScenarios,
  ...legacyScenarios,
  wholeVisit,
  endOfVisit,
  ...uiScenarios,
]

/** Whether a scenario can be walked again in the same store: people of an old file are there once. */
export function isRepeatable({ name }: Scenario): boolean {
  return !/^an old conversation|of the first EmotiBot/.test(name)
}
