/** When something was broken on purpose: what fails then is not the flips' fault. */
export type Weather = ReturnType<typeof createWeather>

/** After the last process is back, its neighbours connect again, what waited is answered, and failures are forgotten. */
const AFTERMATH_MS = 7_000

export function createWeather() {
  const storms: { fromMs: number; toMs: number }[] = []
  return {
    /** Something breaks now; call what is answered when it is whole again. */
    begin(): () => void {
      const storm = { fromMs: performance.now(), toMs: Number.POSITIVE_INFINITY }
      storms.push(storm)
      return () => {
        storm.toMs = performance.now() + AFTERMATH_MS
      }
    },
    /** Whether nothing was broken at any time from then until now. */
    wasCalmSince(fromMs: number): boolean {
      const nowMs = performance.now()
      return !storms.some((storm) => storm.fromMs <= nowMs && storm.toMs >= fromMs)
    },
  }
}
