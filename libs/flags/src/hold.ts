import { bucketOf } from '@emotibot/contracts'
import { isCount, isRecord, isTextList } from './parsed-values.ts'

/**
 * While a flip moves data, requests of these routes whose bucket is in `[low, high)` wait: until the snapshot has the
 * hold no more, or `budgetMs` have passed by the replica's own clock.
 */
export type Hold = {
  readonly flip: string
  readonly routes: readonly string[]
  readonly low: number
  readonly high: number
  readonly budgetMs: number
}

type Holding = { readonly holds: readonly Hold[] }

/** What a request has to wait for; null, nearly always, when it has not. */
export function holdOf({ holds }: Holding, routeKey: string, partition: string): Hold | null {
  if (holds.length === 0) return null
  const ofRoute = holds.filter(({ routes }) => routes.includes(routeKey))
  if (ofRoute.length === 0) return null
  const bucket = bucketOf(partition)
  return ofRoute.find(({ low, high }) => low <= bucket && bucket < high) ?? null
}

/** Checks what claims to be a snapshot's holds; a text from before there were any has none. */
export function readHolds(value: unknown): Hold[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new TypeError('its holds are not a list')
  return value.map(readHold)
}

function readHold(value: unknown): Hold {
  if (!isRecord(value)) throw new TypeError('one of its holds is not an object')
  const { flip, routes, low, high, budgetMs } = value
  if (typeof flip !== 'string') throw new TypeError('one of its holds names no flip')
  if (!isTextList(routes)) throw new TypeError(`the routes that ${flip} holds are not a list of keys`)
  if (!isCount(low) || !isCount(high)) throw new TypeError(`the buckets that ${flip} holds are none`)
  if (!isCount(budgetMs)) throw new TypeError(`the budget of ${flip} is not a whole number`)
  return { flip, routes, low, high, budgetMs }
}
