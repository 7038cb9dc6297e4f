import { FRAMES_IN, type FrameIn, type FrameOut } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'

const isFrameOf = {
  preview: createCheck(FRAMES_IN.preview),
  typing: createCheck(FRAMES_IN.typing),
  resume: createCheck(FRAMES_IN.resume),
}

/** A frame a page sent, or what is wrong with it. */
export type ReadFrame = { readonly frame: FrameIn } | { readonly fault: string }

export function readFrame(data: Buffer, isBinary: boolean): ReadFrame {
  if (isBinary) return { fault: 'A frame must be text, not binary.' }
  const value = parse(data)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: 'A frame must be a JSON object with a "type".' }
  const type = 'type' in value ? value.type : undefined
  for (const [known, isFrame] of Object.entries(isFrameOf)) {
    if (type !== known) continue
    return isFrame(value) ? { frame: value } : { fault: `The ${known} frame is not as the contract has it.` }
  }
  return { fault: `A frame's "type" must be one of ${Object.keys(isFrameOf).join(', ')}.` }
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString())
  } catch {
    return undefined
  }
}

export function errorFrame(code: string, message: string): FrameOut {
  return { type: 'error', error: { code, message } }
}
