/** The client's side of a request went wrong: no upstream is to blame. */
export class BodyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** Larger than the route allows; in the words of both sides, for nobody should see who refused. */
export class TooLargeError extends BodyError {
  constructor() {
    super('Request body is too large')
  }
}

/** The client stopped sending before its body was complete. */
export class BrokenOffError extends BodyError {
  constructor(cause: unknown) {
    super('The client broke off its body.', { cause })
  }
}
