/**
 * The sum of numbers as SQLite makes it (Neumaier's): what each addition rounds away is added up apart. Averages that are
 * rounded to four decimals often stand just between two, where the last bit of the sum decides, and both sides answer alike.
 */
export function sumExactly(values: readonly number[]): number {
  let sum = 0
  let roundedAway = 0
  for (const value of values) {
    const next = sum + value
    roundedAway += Math.abs(sum) > Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + roundedAway
}
