/** An app that listens, whichever way it was started. */
export type RunningApp = {
  readonly name: string
  /** Its main address. */
  readonly url: string
  /** Its process; null when it runs inside this one. */
  readonly pid: number | null
  /** Ends its process at once, as `kill -9` does. Throws for an app that runs inside this process. */
  kill(): Promise<void>
  /** Stops it in order. Doing it twice is doing it once. */
  close(): Promise<void>
}

export type StartOptions = {
  /** Settings of the app, over those it gets anyway: `{ EMOTIBOT_RATE_LIMIT: '100' }`. */
  readonly env?: Readonly<Record<string, string>>
  /** As processes of their own, which can be killed; inside this one unless asked for. */
  readonly processes?: boolean
}

/** Work that is done once, however often it is asked for. */
export function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
