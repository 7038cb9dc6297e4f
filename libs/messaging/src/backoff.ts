const FIRST_MS = 50
const LONGEST_MS = 5_000

/** Longer with every fault in a row, and between half and all of that, so that many do not come back at once. */
export function backoffMs(faultsInARow: number, random: () => number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(faultsInARow - 1, 20))
  return longest * (0.5 + random() / 2)
}
