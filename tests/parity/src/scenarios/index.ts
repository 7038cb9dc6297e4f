import type { Scenario } from '../journey/scenario.ts'
import { aiScenarios } from './ai.ts'
import { authScenarios } from './auth.ts'
import { conversationScenarios } from './conversation.ts'
import { emotionScenarios } from './emotion.ts'
import { realtimeScenarios } from './realtime.ts'
import { uiScenarios } from './ui.ts'

/** What somebody wrote down, by domain. */
export const writtenScenarios: readonly Scenario[] = [
  ...authScenarios,
  ...emotionScenarios,
  ...conversationScenarios,
  ...aiScenarios,
  ...realtimeScenarios,
  ...uiScenarios,
]
