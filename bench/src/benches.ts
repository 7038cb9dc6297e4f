import { benchEmotion } from './emotion/bench-emotion.ts'
import { benchFacade } from './facade/bench-facade.ts'
import type { Bench } from './report/result.ts'
import { benchStart } from './start/bench-start.ts'

export const BENCHES = { start: benchStart, facade: benchFacade, emotion: benchEmotion } satisfies Record<
  string,
  Bench
>

export function isBench(name: string): name is keyof typeof BENCHES {
  return Object.hasOwn(BENCHES, name)
}
