import type { CarveOutStatus } from '@emotibot/contracts'
import { EXIT, FigError } from '../errors.ts'
import type { ControlClient } from './control-client.ts'

/** What the mover says of every domain, or of one. Throws when it is down. */
export async function carveOutsOrThrow(control: ControlClient, domain?: string): Promise<CarveOutStatus[]> {
  const { mover, carve_outs } = await control.carveOuts()
  if (!mover.is_up) throw new FigError(EXIT.refused, 'MOVER_DOWN', `The mover is down: ${mover.reason}`)
  return carve_outs.filter((one) => domain === undefined || one.domain === domain)
}
