const FIRST_MS = 1_000
const LONGEST_MS = 30_000

/** How long a turn rests after so many tries in vain: twice as long each time, and not all at the same moment. */
export function backoffMs(attempts: number, random: () => number): number {
  const longest = Math.min(FIRST_MS * 2 ** Math.min(attempts, 10), LONGEST_MS)
  return Math.round(longest * (0.5 + random() / 2))
}
