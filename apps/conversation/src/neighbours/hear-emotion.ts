import type { Analysis } from '@emotibot/contracts'
import type { Felt } from '../turns.ts'

/** Of a text that nobody could listen to: no label, no certainty; to be put right when somebody can. */
export const STAND_IN: Felt = {
  detectedEmotion: 'neutral',
  confidence: 0,
  polarity: 0,
  subjectivity: 0,
  emotionStatus: 'pending',
}

export function feltOf({ emotion, confidence, polarity, subjectivity }: Analysis): Felt {
  return { detectedEmotion: emotion, confidence, polarity, subjectivity, emotionStatus: 'complete' }
}
