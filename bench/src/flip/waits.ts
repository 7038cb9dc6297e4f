/** How many waited at most so many seconds: the buckets of the facades' histogram, added up. */
export type Waits = ReadonlyMap<number, number>

const BUCKET = /^emotibot_facade_waited_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm

export async function readWaits(controlUrls: readonly string[]): Promise<Waits> {
  const sum = new Map<number, number>()
  for (const url of controlUrls) {
    const text = await (await fetch(new URL('/internal/metrics', url))).text()
    for (const [, bound = '', count = ''] of text.matchAll(BUCKET)) {
      const seconds = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound)
      sum.set(seconds, (sum.get(seconds) ?? 0) + Number(count))
    }
  }
  return sum
}

export const countOf = (waits: Waits): number => waits.get(Number.POSITIVE_INFINITY) ?? 0

/** The share of those who waited between two readings that waited at most so long. */
export function shareWithin(seconds: number, before: Waits, after: Waits): number {
  const waited = countOf(after) - countOf(before)
  return waited === 0 ? 1 : ((after.get(seconds) ?? 0) - (before.get(seconds) ?? 0)) / waited
}
