import { setTimeout as delay } from 'node:timers/promises'
import { createUser, type TestUser } from '@emotibot/testkit'
import type { Note } from './note.ts'

/** Writes something at a front door, looks, and ends it; true when it was all answered with success. */
export type Write = (url: string, user: TestUser) => Promise<boolean>

export type Writers = {
  /** Answers that should not have been, or did not come in time, since the last call. */
  takeFaults(): string[]
  /** Requests that failed for now (5xx, broken connections) since the last call: why, and how many. */
  takeFailures(): Readonly<Record<string, number>>
  /** Resolves when every one of them has written something from now on. */
  untilEachHasWritten(): Promise<void>
  /** Nobody asks anything until `resume`; resolves when the last answer is there. */
  pause(): Promise<void>
  resume(): void
  stop(): Promise<void>
}

const WRITERS = 4
const REST_MS = 15
const WRITE_WITHIN_MS = 30_000

/** A few who write over and over, at any of the front doors. */
export async function startWriters(urls: readonly string[], note: Note, write: Write): Promise<Writers> {
  const writes = Array.from({ length: WRITERS }, () => 0)
  let isOver = false
  let resumed = Promise.withResolvers<void>()
  resumed.resolve()
  let idle = 0
  let isPaused = false
  const users = await Promise.all(writes.map(() => createUser(urls[0] ?? '')))
  const working = users.map(async (user, at) => {
    for (let turn = at; !isOver; turn += 1) {
      if (isPaused) {
        idle += 1
        await resumed.promise
        idle -= 1
      }
      if (await write(urls[turn % urls.length] ?? '', user)) writes[at] = (writes[at] ?? 0) + 1
      await delay(REST_MS)
    }
  })
  return {
    takeFaults: () => note.faults.splice(0),
    takeFailures: () => countOf(note.failures.splice(0)),
    untilEachHasWritten: async () => {
      const before = [...writes]
      const deadlineMs = performance.now() + WRITE_WITHIN_MS
      // What was asked before may have been answered by then: two more are of now.
      while (!writes.every((count, at) => count >= (before[at] ?? 0) + 2)) {
        if (performance.now() > deadlineMs)
          throw new Error(
            `Somebody cannot write: ${JSON.stringify({ before, writes })} ${note.failures.at(-1)}`,
          )
        await delay(REST_MS)
      }
    },
    pause: async () => {
      resumed = Promise.withResolvers<void>()
      isPaused = true
      while (idle < WRITERS) await delay(REST_MS)
    },
    resume: () => {
      isPaused = false
      resumed.resolve()
    },
    stop: async () => {
      isOver = true
      await Promise.all(working)
    },
  }
}

function countOf(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1
  return counts
}
