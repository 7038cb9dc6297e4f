export type FrameAllowance = {
  /** Takes one frame's worth; false when there is none left. */
  take(nowMs: number): boolean
}

/** A token bucket: `atOnce` frames in a burst, refilled by `perSecond`. */
export function createFrameAllowance(atOnce: number, perSecond: number): FrameAllowance {
  let left = atOnce
  let lastMs: number | null = null
  return {
    take(nowMs) {
      left = Math.min(atOnce, left + ((nowMs - (lastMs ?? nowMs)) / 1_000) * perSecond)
      lastMs = nowMs
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
