/** Sessions were ended, and it could not be shown in time that every live facade knows. Nothing is taken back. */
export class UnconfirmedError extends Error {
  constructor(unaware: number) {
    super(`${unaware} live replicas do not hold the list of ended sessions yet. Ask for the log out again.`)
    this.name = 'UnconfirmedError'
  }
}

/** Sessions were ended, and too many wait for the ledger already. */
export class UnlistedError extends Error {
  constructor() {
    super('Too many ended sessions wait for the ledger. Ask for the log out again when it is back.')
    this.name = 'UnlistedError'
  }
}

/** Whether a session goes on cannot be known now: the list may be out of date, and no store that owns it answers. */
export class UnjudgedError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      `Whether this session goes on cannot be known just now (${reason}). Try again in a moment.`,
      options,
    )
    this.name = 'UnjudgedError'
  }
}
