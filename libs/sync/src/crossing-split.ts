import { BUCKETS, bucketOf, type Side } from '@emotibot/contracts'
import { owns, type Rule } from './rule.ts'

/**
 * How a group is divided: the service has buckets below `share`, and beyond them the partitions in `kept`; the monolith
 * has the rest. Each side's rule tells the whole split, so a side that gave something up tells where it was to go.
 */
export type Split = {
  readonly share: number
  /** Sorted, and without those whose bucket is below the share. */
  readonly kept: readonly string[]
}

export function createSplit(share: number, kept: readonly string[]): Split {
  const beyond = new Set(kept.filter((partition) => bucketOf(partition) >= share))
  return { share, kept: [...beyond].toSorted() }
}

export function ruleOf({ share, kept }: Split, side: Side): Rule {
  return side === 'service'
    ? { low: 0, high: share, allow: kept, deny: [] }
    : { low: share, high: BUCKETS, allow: [], deny: kept }
}

/** Null for a rule that no split makes: somebody wrote it by hand. */
export function splitOf(rule: Rule, side: Side): Split | null {
  const isEmpty = rule.low >= rule.high
  if (side === 'service') {
    if (rule.deny.length > 0 || (!isEmpty && rule.low !== 0)) return null
    return createSplit(isEmpty ? 0 : rule.high, rule.allow)
  }
  if (rule.allow.length > 0 || (!isEmpty && rule.high !== BUCKETS)) return null
  return createSplit(isEmpty ? BUCKETS : rule.low, rule.deny)
}

export function isSameSplit(one: Split, other: Split): boolean {
  return one.share === other.share && one.kept.join('\n') === other.kept.join('\n')
}

export const ownsIn = (split: Split, side: Side, partition: string): boolean =>
  owns(ruleOf(split, side), partition)
