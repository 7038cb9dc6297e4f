import { BUCKETS, bucketOf } from '@emotibot/contracts'

/**
 * Which partitions a store owns: buckets `[low, high)`, more by name (`allow`), less by name (`deny`, which wins).
 * The two rules of a group, one in each side's store, never own a partition both.
 */
export type Rule = {
  readonly low: number
  readonly high: number
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

export const OWNS_ALL: Rule = { low: 0, high: BUCKETS, allow: [], deny: [] }
export const OWNS_NONE: Rule = { low: 0, high: 0, allow: [], deny: [] }

export function owns(rule: Rule, partition: string): boolean {
  if (rule.deny.includes(partition)) return false
  if (rule.allow.includes(partition)) return true
  const bucket = bucketOf(partition)
  return rule.low <= bucket && bucket < rule.high
}

/** Whether every partition that `inner` owns is owned by `outer` too. */
export function isWithin(inner: Rule, outer: Rule): boolean {
  const isRangeWithin = inner.low >= inner.high || (outer.low <= inner.low && inner.high <= outer.high)
  const allowedByName = inner.allow.filter((partition) => owns(inner, partition))
  return (
    isRangeWithin &&
    allowedByName.every((partition) => owns(outer, partition)) &&
    outer.deny.every((partition) => !owns(inner, partition))
  )
}
