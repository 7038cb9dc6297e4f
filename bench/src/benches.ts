import { benchBackfill } from './backfill/bench-backfill.ts'
import { benchChat } from './chat/bench-chat.ts'
import { benchEmotion } from './emotion/bench-emotion.ts'
import { benchFacade } from './facade/bench-facade.ts'
import { benchFeed } from './feed/bench-feed.ts'
import { benchFlip } from './flip/bench-flip.ts'
import type { Bench } from './report/result.ts'
import { benchStart } from './start/bench-start.ts'
import { benchWrites } from './writes/bench-writes.ts'

export const BENCHES = {
  start: benchStart,
  facade: benchFacade,
  emotion: benchEmotion,
  flip: benchFlip,
  writes: benchWrites,
  backfill: benchBackfill,
  chat: benchChat,
  feed: benchFeed,
} satisfies Record<string, Bench>

export function isBench(name: string): name is keyof typeof BENCHES {
  return Object.hasOwn(BENCHES, name)
}
