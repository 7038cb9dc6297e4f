import type { FrameOut } from '@emotibot/contracts'
import { type LiveSocket, until } from '@emotibot/testkit'

const ANSWERED_WITHIN_MS = 60_000

/** Waits for so many turns with their replies, whichever frames bring them: by way of another store they come later. */
export async function untilAnswered({ frames }: LiveSocket, turns = 1): Promise<void> {
  const isThere = () => answeredIn(frames).size >= turns
  await until(`${turns} replies came`, isThere, ANSWERED_WITHIN_MS)
}

function answeredIn(frames: readonly FrameOut[]): Set<string> {
  return new Set(frames.flatMap((frame) => (isAnswered(frame) ? [frame.turn.id] : [])))
}

function isAnswered(frame: FrameOut): frame is Extract<FrameOut, { turn: unknown }> {
  return 'turn' in frame && frame.turn.reply_status === 'complete'
}
