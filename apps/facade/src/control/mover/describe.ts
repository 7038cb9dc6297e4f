import type { CarveOuts } from '@emotibot/contracts'
import type { MoverView } from './mover-monitor.ts'

/** The mover's own words, or why there are none. */
export function carveOutsOf(view: MoverView): CarveOuts {
  if (!view.isUp) return { mover: { is_up: false, reason: view.reason }, carve_outs: [] }
  return { mover: { is_up: true, reason: null }, carve_outs: [...view.carveOuts] }
}

/** Where the mover is with a flip; null when it does not drive it, or is away. */
export function stepOf(flip: string, view: MoverView): string | null {
  if (!view.isUp) return null
  return view.carveOuts.find((carveOut) => carveOut.flip?.id === flip)?.flip?.step ?? null
}
