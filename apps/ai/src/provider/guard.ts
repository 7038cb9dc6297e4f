// Keeps a provider from hurting anybody, and us from hurting it. One reply:
//
//   slot ─► rest over? ─► breaker ─► attempt ──ends well──► done
//             ▲                         │
//             └── jittered pause ◄── failed, surely not executed, nothing passed on yet, time left
//
// The slot is kept over the attempts; the deadline is over everything, the wait for the slot included.
import { Breaker, type CallEnd } from '../breaker.ts'
import {
  type FailureReason,
  type Provider,
  ProviderFailure,
  type Question,
  type ReplyPart,
} from './provider.ts'
import { Rest } from './rest.ts'
import { Slots, type SlotsOptions } from './slots.ts'
import { pauseOrFail, withFirstWordBy } from './within-time.ts'

export type AttemptEnd = FailureReason | 'answered'

export type GuardOptions = SlotsOptions & {
  /** For a whole reply, waiting and retries included. */
  readonly deadlineMs: number
  /** For the first part of each attempt. */
  readonly firstWordMs: number
  readonly onAttempt?: (end: AttemptEnd, failure: ProviderFailure | null) => void
  /** 0 to 1; spreads retries. */
  readonly random?: () => number
}

const RETRIES = 2
const FIRST_PAUSE_MS = 100
const JITTER_MS = 100

/** The same port, with a deadline, a limit on calls at once, a breaker, retries where safe, and `Retry-After` obeyed. */
export function guardProvider(provider: Provider, options: GuardOptions): Provider {
  const guard = new Guard(provider, options)
  return { reply: (question, signal) => guard.reply(question, signal) }
}

/** One reply. `caller` is whoever reads it; `signal` the same and the deadline, which is at `endMs`. */
type Run = {
  readonly question: Question
  readonly caller: AbortSignal
  readonly signal: AbortSignal
  readonly endMs: number
}

type Parts = AsyncGenerator<ReplyPart, void, undefined>

class Guard {
  readonly #provider: Provider
  readonly #options: GuardOptions
  readonly #slots: Slots
  readonly #breaker = new Breaker()
  readonly #rest = new Rest()

  constructor(provider: Provider, options: GuardOptions) {
    this.#provider = provider
    this.#options = options
    this.#slots = new Slots(options)
  }

  async *reply(question: Question, caller: AbortSignal): Parts {
    const { deadlineMs } = this.#options
    const endMs = performance.now() + deadlineMs
    const signal = AbortSignal.any([caller, AbortSignal.timeout(deadlineMs)])
    const giveBack = await this.#slots.take(signal)
    try {
      yield* this.#attempts({ question, caller, signal, endMs })
    } finally {
      giveBack()
    }
  }

  async *#attempts(run: Run): Parts {
    for (let retries = 0; ; retries += 1) {
      await this.#rest.wait({ ...run, jitterMs: this.#jitterMs() })
      let hasBegun = false
      try {
        for await (const part of this.#attempt(run)) {
          hasBegun = true
          yield part
        }
        return
      } catch (cause) {
        if (hasBegun || retries === RETRIES || !isWorthRepeating(cause)) throw cause
      }
      await pauseOrFail(FIRST_PAUSE_MS * 2 ** retries + this.#jitterMs(), run.signal)
    }
  }

  async *#attempt(run: Run): Parts {
    const tell = this.#breaker.tryEnter()
    if (!tell) throw new ProviderFailure('resting', 'It failed too often.', { wasNotExecuted: true })
    const beganMs = performance.now()
    let end: CallEnd = 'unknown'
    try {
      const ask = (signal: AbortSignal) => this.#provider.reply(run.question, signal)
      yield* withFirstWordBy(this.#options.firstWordMs, ask, run.signal)
      end = 'succeeded'
      this.#options.onAttempt?.('answered', null)
    } catch (cause) {
      if (cause instanceof ProviderFailure && !run.caller.aborted) {
        end = this.#endOf(cause, performance.now() - beganMs)
        this.#note(cause)
      }
      throw cause
    } finally {
      tell(end)
    }
  }

  #note(failure: ProviderFailure): void {
    if (failure.retryAfterMs !== null) this.#rest.begin(failure.retryAfterMs)
    this.#options.onAttempt?.(failure.reason, failure)
  }

  /** An attempt that began just before its deadline says nothing of the provider when it ends there. */
  #endOf({ reason }: ProviderFailure, tookMs: number): CallEnd {
    const { firstWordMs, deadlineMs } = this.#options
    if (reason === 'slow' && tookMs < Math.min(firstWordMs, deadlineMs) / 2) return 'unknown'
    return reason === 'limited' || reason === 'refused' ? 'succeeded' : 'failed'
  }

  #jitterMs(): number {
    return (this.#options.random ?? Math.random)() * JITTER_MS
  }
}

/** Only what surely was not executed, and may go better in a moment. */
const isWorthRepeating = (cause: unknown): boolean =>
  cause instanceof ProviderFailure &&
  cause.wasNotExecuted &&
  (cause.reason === 'unreachable' || cause.reason === 'broken' || cause.reason === 'limited')
