import { ControlError } from '../errors.ts'

/** The mover surely did nothing: it was not reached, or refused. */
export class MoverDownError extends ControlError {
  /** In words, without a full stop. */
  readonly reason: string

  constructor(reason: string, options?: ErrorOptions) {
    super('MOVER_DOWN', `The mover did nothing: ${reason}. Look with: ./fig status`, options)
    this.reason = reason
  }
}

export class MoverSecretError extends ControlError {
  constructor() {
    super(
      'MOVER_DOWN',
      'This facade cannot command the mover: LEGACY_JWT_SECRET is not set. Set it as the mover has it, and restart the facade.',
    )
  }
}

/** Something was ordered, and nobody knows in time whether it happened. */
export class OutcomeUnknownError extends ControlError {
  constructor(message: string, options?: ErrorOptions) {
    super('OUTCOME_UNKNOWN', message, options)
  }
}
