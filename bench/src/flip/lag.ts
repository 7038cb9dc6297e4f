import { decodePosition, encodePosition, INTERNAL_PATHS, POSITION_HEADER } from '@emotibot/contracts'

const ASK_WITHIN_MS = 10_000

/** Follows single writes until the other side has them. */
export type LagProbe = {
  /** A write of this position was acknowledged just now. Does nothing while another one is followed. */
  follow(position: string): void
  /** Milliseconds of each write followed since the last call. */
  take(): number[]
}

export function createLagProbe(sides: readonly { readonly url: string }[]): LagProbe {
  let lags: number[] = []
  let isFollowing = false

  /** A side has its own writes at once, so the slower answer is the other side's. */
  async function untilApplied(position: string): Promise<number> {
    const startedAtMs = performance.now()
    await Promise.all(sides.map(({ url }) => untilAppliedAt(url, position, startedAtMs + ASK_WITHIN_MS)))
    return performance.now() - startedAtMs
  }

  return {
    follow(position) {
      if (isFollowing || position === '') return
      isFollowing = true
      untilApplied(encodePosition(decodePosition(position)))
        .then((ms) => lags.push(ms))
        .finally(() => (isFollowing = false))
    },
    take() {
      const taken = lags
      lags = []
      return taken
    },
  }
}

async function untilAppliedAt(url: string, position: string, endMs: number): Promise<void> {
  while (performance.now() < endMs) {
    const answer = await fetch(url + INTERNAL_PATHS.applied, { headers: { [POSITION_HEADER]: position } })
    await answer.arrayBuffer()
    if (answer.status === 204) return
  }
  throw new Error(`A write did not arrive within ${ASK_WITHIN_MS} ms.`)
}
