import type { Mismatch } from '../compare/compare-runs.ts'
import { lookedAtEntries } from './index.ts'

/** Everything the catalogue finds wrong with what we ship, written as mismatches. */
export async function lookAtEntries(): Promise<(Mismatch & { target: string })[]> {
  const found = []
  for (const { number, name, find } of lookedAtEntries) {
    for (const fault of await find()) {
      const scenario = `catalogue ${number}: ${name}`
      found.push({
        target: 'what we ship',
        scenario,
        route: '',
        call: '',
        part: 'fault',
        left: '',
        right: fault,
      })
    }
  }
  return found
}
