import { FRAME_LIMIT_BYTES, FRAMES_IN } from '@emotibot/contracts'
import { spoil, valueFor } from '@emotibot/testkit'
import fc from 'fast-check'

const good = fc.oneof(...Object.values(FRAMES_IN).map((schema) => valueFor(schema)))

/** Text a page would never send, and frames larger than are read. */
const odd = fc.constantFrom(
  '',
  'null',
  '[]',
  '{',
  '"\\ud800"',
  '{"type":"ready"}',
  `"${'x'.repeat(FRAME_LIMIT_BYTES)}"`,
)

const planned = fc.oneof(
  { weight: 4, arbitrary: good.map((frame) => JSON.stringify(frame)) },
  { weight: 3, arbitrary: spoil(good) },
  { weight: 1, arbitrary: odd },
)

/** As many frames as asked for, the same for the same seed. */
export function planFrames(seed: number, count: number): string[] {
  return fc.sample(planned, { seed, numRuns: count })
}
