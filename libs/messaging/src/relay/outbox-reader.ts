import type { EventBatch } from '@emotibot/contracts'

/**
 * The source's feed as events. `createPostgresOutbox` of `@emotibot/sync` makes one. A place is text: what stands before
 * its first dot names the store, and places of one store sort as text in its order. The empty place is the beginning.
 */
export type OutboxReader = {
  /** What follows `after`, at most `limit` entries of the feed, all of one snapshot. Throws when `after` is not of this store. */
  read(after: string, limit: number): Promise<OutboxPage>
  /** How much of the feed lies past `after`, and for how long its oldest entry has. */
  lag(after: string): Promise<OutboxLag>
}

export type OutboxPage = {
  readonly batch: EventBatch
  /** Whether the limit cut it short. */
  readonly hasMore: boolean
  /** Nothing was written: only the horizon moved. Such a page is worth sending now and then, not at once. */
  readonly isQuiet: boolean
  /** How far the source is in the feeds it follows, as text to compare. */
  readonly followed: string
}

export type OutboxLag = { readonly entries: number; readonly ms: number }
