import type { Handler } from '@emotibot/service-kit'
import type { Store } from '@emotibot/service-store'
import { cutPeriod } from '../trends/buckets.ts'
import { readTallies } from '../trends/read-tallies.ts'
import { trendsOf } from '../trends/trends-of.ts'

export type TrendsDeps = { readonly store: Store; readonly now: () => number }

export function trendsRoute({ store, now }: TrendsDeps): Handler<'emotion.trends'> {
  return async ({ identity, query: { period = 'week' } }) => {
    const buckets = cutPeriod(period, now())
    const tallies = await store.read((db) => readTallies(db, identity.claims.sub, buckets))
    return { status: 200, body: trendsOf(period, buckets, tallies) }
  }
}
