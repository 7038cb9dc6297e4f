import type { DeadLetter } from '@emotibot/contracts'

/** Events that could not be taken in, each kept whole with its reason. */
export type DeadLetters = {
  /** The oldest 100. */
  list(): Promise<readonly DeadLetter[]>
  /** Takes one in once more, without minding its turn. */
  replay(id: number): Promise<Replayed>
}

/** `failed`: it stays, with the reason of this try. `unknown`: there is no such dead letter (any more). */
export type Replayed =
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'unknown' }
