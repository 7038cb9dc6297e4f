/** How a process ended. */
export type Exit = { code: number | null; signal: string | null }

/** A part that is up. */
export type Running = {
  pid: number
  /** Resolves when it has ended, asked to or not. */
  exited: Promise<Exit>
  /** Stops it in order, by force after a while. Resolves when nothing of it is left. */
  stop(): Promise<void>
}

/** One thing the supervisor keeps running: an app, the database, the visitors. */
export type Part = {
  name: string
  /** Names of parts that are ready before this one starts, and stop after it. */
  dependsOn: readonly string[]
  /** Whether each launch makes another process of it, beside those there are. */
  isReplicable?: boolean
  /** Starts it and resolves when it is ready; rejects when it is not, or when `signal` aborts. */
  launch(signal: AbortSignal): Promise<Running>
}

/** What happens to parts, for the terminal and for run.json. */
export type PartEvent =
  | { kind: 'ready'; name: string; pid: number }
  | { kind: 'crashed'; name: string; exit: Exit; againInMs: number }
  | { kind: 'failed'; name: string; reason: string; againInMs: number }
  | { kind: 'stopped'; name: string }

export type Report = (event: PartEvent) => void
