import { answerTime } from '@emotibot/contracts'

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const NO_TIME = '1970-01-01T00:00:00.000Z'

/** A held time in the one form that sorts and makes cursors. What is no time comes before everything. */
export function timeKeyOf(held: string | null): string {
  const answered = answerTime(held ?? '')
  return ISO.test(answered) ? answered : NO_TIME
}
