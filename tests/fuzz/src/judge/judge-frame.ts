import { CLOSE, FRAMES_OUT, type FrameOut } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'

const checks = new Map<string, (value: unknown) => boolean>(
  Object.entries(FRAMES_OUT).map(([type, schema]) => [type, createCheck(schema)]),
)

/** What is wrong with a frame; null when the contract has it. */
export function judgeFrame(frame: FrameOut): string | null {
  const check = checks.get(frame.type)
  if (!check) return `a frame nobody knows: ${JSON.stringify(frame).slice(0, 200)}`
  return check(frame)
    ? null
    : `a ${frame.type} that is not the schema's: ${JSON.stringify(frame).slice(0, 200)}`
}

/** Ours, and the protocol's own for what is too large, no text, or no frame at all. */
const ALLOWED_CODES: readonly number[] = [...Object.values(CLOSE), 1000, 1002, 1003, 1007, 1009]

/** What is wrong with the code a socket was closed with after bad frames. */
export function judgeClose(code: number): string | null {
  return ALLOWED_CODES.includes(code) ? null : `a socket was closed with ${code}`
}
