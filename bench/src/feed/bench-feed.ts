import type { Bench } from '../report/result.ts'
import { measureCopies } from './copy-turns.ts'
import { measureLags } from './lags.ts'

/** What keeping conversation in two stores costs: the first copy, and how far they are apart from then on. */
export const benchFeed: Bench = async (options) => {
  const lags = await measureLags(options)
  const copies = await measureCopies(options)
  return {
    unit: 'turns a second; milliseconds from answered to applied by the other side',
    figures: { ...copies.figures, ...lags.figures },
    ratios: copies.ratios,
    notes: [...copies.notes, ...lags.notes],
  }
}
