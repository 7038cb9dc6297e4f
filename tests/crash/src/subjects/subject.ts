import type { RouteKey, WriteGroup } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import type { AnyEntity } from '@emotibot/sync'
import type { TestUser } from '@emotibot/testkit'
import type { Note } from '../writers/note.ts'

/** What is flipped, and what is written meanwhile. */
export type Subject = {
  readonly domain: 'auth' | 'conversation'
  /** Groups that move when the domain is named, and a route of each. */
  readonly groups: readonly { readonly group: WriteGroup; readonly route: RouteKey }[]
  readonly entities: readonly AnyEntity[]
  /** Those who write keep what was acknowledged. */
  openJournal(note: Note): SubjectJournal
}

export type SubjectJournal = {
  /** Writes something, looks, and ends it, at one front door. True when it was all answered with success. */
  write(url: string, user: TestUser): Promise<boolean>
  /** What was acknowledged and is not so in both stores, in words. */
  findBroken(stores: { readonly file: string; readonly database: Sql }): Promise<string[]>
}
