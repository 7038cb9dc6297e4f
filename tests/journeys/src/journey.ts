import type { Stack } from '@emotibot/testkit'
import type { BrowserContextOptions } from 'playwright-core'
import type { Account } from './chat-page.ts'
import type { Visit } from './visit.ts'

/** What a journey is given. */
export type Walk = {
  readonly stack: Stack
  /** Opens the page as a new person; closed and judged when the journey ends. */
  visit(options?: BrowserContextOptions): Promise<Visit>
  /** Somebody nobody has met, not registered yet. */
  newAccount(): Account
  /** What this stage mix does in the middle of a journey: nothing, or a flip. */
  inTheMiddle(): Promise<void>
}

/** What a person does, told as a fact about the outcome. Written once, walked at every stage mix. */
export type Journey = {
  readonly title: string
  readonly walk: (walk: Walk) => Promise<void>
  /** It is about the page alone, whoever answers: walked at the first mix only. */
  readonly isPageOnly?: boolean
  /** It looks at what was there before anything moved: walked also once everything was taken back. */
  readonly isLookBack?: boolean
}

/** Throws with what was expected; a journey reads better without a matcher for each line. */
export function expectThat(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`Expected that ${what}.`)
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  expectThat(is === should, `${what} is ${should}, but it is ${is}`)
}
