import type { EventHandlers } from '@emotibot/messaging'
import { lockReadings, removeReadings, writeReadings } from './write-readings.ts'

/** What readings are made from. `isTakenIn`: whether this event's data was written with its whole batch. */
export function createEventHandlers(isTakenIn: (data: object) => boolean): EventHandlers {
  return {
    'conversation.turn_recorded.v1': async (tx, data, { partition }) => {
      if (isTakenIn(data)) return
      await lockReadings(tx)
      await writeReadings(tx, [{ partition, data }])
    },
    'conversation.turn_deleted.v1': async (tx, data) => {
      if (isTakenIn(data)) return
      await lockReadings(tx)
      await removeReadings(tx, [data.turn_id])
    },
  }
}
