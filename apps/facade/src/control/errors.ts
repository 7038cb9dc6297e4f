import { CONTROL_ERRORS, type Plan } from '@emotibot/contracts'

export type ControlErrorCode = keyof typeof CONTROL_ERRORS

/** An error that only the control API answers. */
export class ControlError extends Error {
  readonly code: ControlErrorCode

  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }

  /** The one shape, as far as it depends on the error. */
  get answer(): { error: string; code: string; message: string } {
    return { error: CONTROL_ERRORS[this.code].error, code: this.code, message: this.message }
  }

  get status(): number {
    return CONTROL_ERRORS[this.code].status
  }
}

/** Nothing was changed; the plan says every reason. */
export class RefusedError extends ControlError {
  readonly plan: Plan

  constructor(plan: Plan) {
    super('REFUSED', plan.refused.map((refusal) => refusal.message).join(' '))
    this.plan = plan
  }
}

export class LedgerDownError extends ControlError {
  constructor(options?: ErrorOptions) {
    super(
      'LEDGER_DOWN',
      'The ledger cannot be reached. Requests go on by the last snapshot; nothing can be flipped until it is back.',
      options,
    )
  }
}
