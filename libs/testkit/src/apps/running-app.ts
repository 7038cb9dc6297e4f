/** An app that listens, whichever way it was started. */
export type RunningApp = {
  readonly name: string
  /** Its main address; the same after a restart. */
  readonly url: string
  /** Its process now, another after a restart; null when it runs inside this one. */
  readonly pid: number | null
  /** False once its process has ended and until it is started again; a frozen one runs. */
  isRunning(): boolean
  /** The last of what its process wrote to standard error; empty for an app inside this process. */
  lastWords(): string
  /** Ends its process at once, as `kill -9` does. Throws, as the next three do, for an app inside this process. */
  kill(): Promise<void>
  /** Stops its process where it stands (SIGSTOP), and lets it go on (SIGCONT). Nothing is said to those who wait for it. */
  freeze(): void
  thaw(): void
  /** Kills it where it still runs, and starts it again: the same port, settings and stores. Resolves when it is ready. */
  restart(): Promise<void>
  /** Stops it in order. Doing it twice is doing it once. */
  close(): Promise<void>
}

export type StartOptions = {
  /** Settings of the app, over those it gets anyway: `{ EMOTIBOT_RATE_LIMIT: '100' }`. */
  readonly env?: Readonly<Record<string, string>>
  /** As processes of their own, which can be killed; inside this one unless asked for. */
  readonly processes?: boolean
}

/** An app with more to it, or with parts replaced. A spread would copy its pid, which changes with a restart. */
export function withMore<A extends object, M extends object>(app: A, more: M): Omit<A, keyof M> & M {
  const parts = { ...Object.getOwnPropertyDescriptors(app), ...Object.getOwnPropertyDescriptors(more) }
  return Object.create(Object.prototype, parts)
}

/** Work that is done once, however often it is asked for. */
export function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
