import { ProviderFailure } from './provider.ts'
import { pauseOrFail } from './within-time.ts'

type Waiting = { readonly endMs: number; readonly signal: AbortSignal; readonly jitterMs: number }

/** The time a provider asked to be left alone, for all calls; on the clock of `performance.now()`. */
export class Rest {
  #untilMs = 0

  /** A shorter rest never ends a longer one. */
  begin(ms: number): void {
    this.#untilMs = Math.max(this.#untilMs, performance.now() + ms)
  }

  /** Waits for its end if that is before `endMs`, else throws ProviderFailure `resting` at once. */
  async wait({ endMs, signal, jitterMs }: Waiting): Promise<void> {
    for (;;) {
      const restMs = this.#untilMs - performance.now()
      if (restMs <= 0) return
      if (this.#untilMs >= endMs)
        throw new ProviderFailure('resting', 'It asked to be left alone for longer than there is time.', {
          wasNotExecuted: true,
        })
      await pauseOrFail(restMs + jitterMs, signal)
    }
  }
}
