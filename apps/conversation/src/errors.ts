import { ApiError } from '@emotibot/service-kit'

/** Also for another user's: nobody learns that it exists. */
export const noConversationError = () =>
  new ApiError('NOT_FOUND', 'There is no such conversation. It may have been deleted.')

export const noTurnError = () => new ApiError('NOT_FOUND', 'There is no such turn. It may have been deleted.')

/** A neighbour could not be asked now; it may be asked again later. */
export class UnheardError extends Error {
  /** False: nobody was bothered, for it failed a moment ago or too many wait. */
  readonly wasAsked: boolean

  constructor(whom: string, { wasAsked, cause }: ErrorOptions & { wasAsked: boolean }) {
    super(`${whom} could not be asked just now.`, { cause })
    this.name = 'UnheardError'
    this.wasAsked = wasAsked
  }
}

/** A neighbour answered that it will not do this, ever: asking again is in vain. */
export class RefusedError extends Error {
  constructor(whom: string, status: number) {
    super(`${whom} refused what it was asked, with ${status}.`)
    this.name = 'RefusedError'
  }
}

/** So many wait for a reply that one more is left to the sweep. */
export const lineFullError = () => new UnheardError('ai.reply', { wasAsked: false })
