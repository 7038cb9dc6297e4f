/**
 * Runs work, never twice at once. Whoever asks while it runs gets the run after it, shared with all who ask meanwhile:
 * what a run finds was looked for after it was asked for.
 */
export function createFreshRuns<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null
  let next: Promise<T> | null = null

  function start(): Promise<T> {
    next = null
    running = work().finally(() => {
      running = null
    })
    return running
  }

  return () => {
    if (next !== null) return next
    if (running === null) return start()
    next = running.then(start, start)
    return next
  }
}
