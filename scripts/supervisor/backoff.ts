const FIRST_MS = 250
const LONGEST_MS = 15_000
const STEADY_AFTER_MS = 30_000

/** How long to wait before start number `crashes` after the last good time: doubles up to a bound. */
export function restartDelayMs(crashes: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, crashes - 1))
}

/** A part that ran steadily for a while starts counting from one again. */
export function countCrash(earlier: number, upForMs: number): number {
  return upForMs >= STEADY_AFTER_MS ? 1 : earlier + 1
}
