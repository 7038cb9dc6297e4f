import type { CarveOutStatus } from '@emotibot/contracts'
import { EXIT, FigError } from '../errors.ts'
import type { ControlClient } from './control-client.ts'

/** What the mover says of every domain, or of one. Throws when it is down, and when it was not told of that one. */
export async function carveOutsOrThrow(control: ControlClient, domain?: string): Promise<CarveOutStatus[]> {
  const { mover, carve_outs } = await control.carveOuts()
  if (!mover.is_up) throw new FigError(EXIT.refused, 'MOVER_DOWN', `The mover is down: ${mover.reason}`)
  const meant = carve_outs.filter((one) => domain === undefined || one.domain === domain)
  if (domain !== undefined && meant.length === 0) throw unknownToMover(domain)
  return meant
}

function unknownToMover(domain: string): FigError {
  const variable = `${domain.toUpperCase()}_DATABASE_URL`
  const message = `The mover does nothing for ${domain}: set ${variable} there and restart it.`
  return new FigError(EXIT.refused, 'UNKNOWN_TO_MOVER', message)
}
