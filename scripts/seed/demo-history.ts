import { demoDays } from './demo-days.ts'

export type LegacyTurn = {
  said: string
  answered: string
  /** Null where the first EmotiBot had no answer yet. */
  emotion: string | null
  confidence: number | null
  polarity: number | null
  subjectivity: number | null
  at: Date
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** The demo user's past weeks, seen from `now`, oldest turn first. */
export function demoHistory(now: Date): LegacyTurn[] {
  return demoDays.flatMap((day) => {
    const evening = startOfDay(now) - day.daysAgo * DAY_MS + day.hour * 60 * MINUTE_MS
    return day.turns.map(([said, answered, emotion, meters], index): LegacyTurn => {
      const [confidence = null, polarity = null, subjectivity = null] = meters ?? []
      const at = new Date(
        evening + minutesInto(index) * MINUTE_MS + ((index * 7_321 + day.daysAgo * 911) % 59_000),
      )
      return { said, answered, emotion, confidence, polarity, subjectivity, at }
    })
  })
}

/** People do not type on the minute: gaps of two to five. */
const minutesInto = (index: number): number => index * 3 + (index % 3)

const startOfDay = (now: Date): number => Math.floor(now.getTime() / DAY_MS) * DAY_MS
