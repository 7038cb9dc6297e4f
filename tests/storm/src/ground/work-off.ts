import { setTimeout as delay } from 'node:timers/promises'
import { findDisagreements, readReadings } from '../check/readings.ts'
import { readTalksOfMonolith, readTalksOfServices, type TalkRows } from '../check/talk-rows.ts'
import type { Journal } from '../journal/journal.ts'
import type { Ground } from './start-ground.ts'

const WORKED_OFF_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 500

export type Sides = { readonly monolith: TalkRows; readonly service: TalkRows }

export async function readSides({ stack }: Ground): Promise<Sides> {
  const { monolith, conversation, emotion } = stack
  const urls = { conversation: conversation.databaseUrl, emotion: emotion.databaseUrl }
  return { monolith: readTalksOfMonolith(monolith.file), service: await readTalksOfServices(urls) }
}

/** What has no end in sight after that long is told by the checks that follow. */
export async function workOff(ground: Ground, journal: Journal): Promise<void> {
  const deadlineMs = performance.now() + WORKED_OFF_WITHIN_MS
  while (performance.now() < deadlineMs && (await hasWork(ground, journal))) await delay(LOOK_EVERY_MS)
  await ground.stack.untilInStep()
}

/** Replies that are pending, rows of accounts that are gone, turns that were not read yet: all of it ends by itself. */
async function hasWork(ground: Ground, { accounts }: Journal): Promise<boolean> {
  const { monolith, service } = await readSides(ground)
  const gone = new Set(accounts.filter(({ state }) => state === 'gone').map(({ userId }) => userId))
  for (const { talks, turns, feedback } of [monolith, service]) {
    if (turns.some((turn) => turn.replyStatus === 'pending' || turn.emotionStatus === 'pending')) return true
    if ([...talks, ...turns, ...feedback].some(({ userId }) => gone.has(userId))) return true
  }
  const readings = await readReadings(ground.stack.emotion.databaseUrl)
  return findDisagreements(readings, service.turns).length > 0
}
