import { setTimeout as delay } from 'node:timers/promises'
import { countCrash, restartDelayMs } from './backoff.ts'
import type { Exit, Part, Report, Running } from './part.ts'

/**
 * Keeps one part as it is wanted:
 *
 *   stopped ──start──► running ──exit──► waiting ──► running …
 *      ▲                  │                 │
 *      └──────stop────────┴─────────────────┘
 *
 * Start, stop and restart happen one after the other; a stop cuts short a start that is under way.
 */
export class SupervisedPart {
  readonly part: Part
  readonly #report: Report
  #running: Running | undefined
  #upSince = 0
  #crashes = 0
  #life = new AbortController()
  #turn: Promise<void> = Promise.resolve()

  constructor(part: Part, report: Report) {
    this.part = part
    this.#report = report
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  /** Resolves when the part is ready; rejects when it does not become so. Fine when it runs already. */
  start(): Promise<void> {
    const signal = this.#newLife()
    return this.#inTurn(async () => {
      if (!this.#running) await this.#launch(signal)
    })
  }

  restart(): Promise<void> {
    const signal = this.#newLife()
    return this.#inTurn(async () => {
      await this.#halt()
      await this.#launch(signal)
    })
  }

  stop(): Promise<void> {
    this.#life.abort()
    return this.#inTurn(() => this.#halt())
  }

  async #launch(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const running = await this.part.launch(signal)
    this.#running = running
    this.#upSince = Date.now()
    this.#report({ kind: 'ready', name: this.part.name, pid: running.pid })
    void running.exited.then((exit) => this.#onExit(running, exit))
  }

  async #halt(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
    if (running) this.#report({ kind: 'stopped', name: this.part.name })
  }

  #onExit(ended: Running, exit: Exit): void {
    if (this.#running !== ended) return
    this.#running = undefined
    const againInMs = this.#nextDelay()
    this.#report({ kind: 'crashed', name: this.part.name, exit, againInMs })
    void this.#revive(againInMs, this.#life.signal)
  }

  async #revive(firstDelayMs: number, signal: AbortSignal): Promise<void> {
    for (let waitMs = firstDelayMs; !signal.aborted; ) {
      await delay(waitMs, undefined, { signal }).catch(() => undefined)
      const failure = await this.#tryAgain(signal)
      if (failure === undefined || signal.aborted) return
      waitMs = this.#nextDelay()
      this.#report({ kind: 'failed', name: this.part.name, reason: failure, againInMs: waitMs })
    }
  }

  /** Answers why it failed, or undefined when the part runs or is no longer wanted. */
  async #tryAgain(signal: AbortSignal): Promise<string | undefined> {
    try {
      await this.#inTurn(async () => {
        if (!signal.aborted) await this.#launch(signal)
      })
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  #nextDelay(): number {
    this.#crashes = countCrash(this.#crashes, this.#upSince === 0 ? 0 : Date.now() - this.#upSince)
    this.#upSince = 0
    return restartDelayMs(this.#crashes)
  }

  /** Ends what was under way for the life before: a start, or the wait for the next one. */
  #newLife(): AbortSignal {
    this.#life.abort()
    this.#life = new AbortController()
    return this.#life.signal
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}
