import { openPostgres } from '@emotibot/db'
import type { TurnRow } from './talk-rows.ts'

export type Readings = {
  /** By turn: the emotion that the emotion service knows it by. */
  readonly emotions: ReadonlyMap<string, string | null>
  /** Events that could not be taken in. */
  readonly deadLetters: readonly string[]
}

export async function readReadings(emotionUrl: string): Promise<Readings> {
  const sql = openPostgres(emotionUrl, { applicationName: 'storm', max: 1 })
  try {
    const rows = await sql<{ turn_id: string; emotion: string | null }[]>`
      select turn_id, emotion from readings`
    const letters = await sql<{ reason: string }[]>`select reason from dead_letters`
    return {
      emotions: new Map(rows.map(({ turn_id, emotion }) => [turn_id, emotion])),
      deadLetters: letters.map(({ reason }) => reason),
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Where turns and what is made of them differ, in words. */
export function findDisagreements({ emotions, deadLetters }: Readings, turns: readonly TurnRow[]): string[] {
  const ids = new Set(turns.map(({ id }) => id))
  const lost = turns.filter(({ id }) => !emotions.has(id))
  const other = turns.filter(({ id, emotion }) => emotions.has(id) && emotions.get(id) !== emotion)
  const left = [...emotions.keys()].filter((id) => !ids.has(id))
  return [
    ...lost.map(({ id, text }) => `the turn ${id} "${text}" has no reading`),
    ...other.map(({ id, emotion }) => `the turn ${id} sounds ${emotion}, and is read as ${emotions.get(id)}`),
    ...left.map((id) => `the reading of ${id} outlives its turn`),
    ...deadLetters.map((reason) => `an event could not be taken in: ${reason}`),
  ]
}
