import type { Move, Stage } from '@emotibot/contracts'

export type Place = Move['from']

/** A move, and the epoch it was planned on: the ledger refuses it when the route moved since. */
export type PlannedMove = Move & { readonly epoch: number }

/** How far a route has left the monolith. A flip to a larger one is *forward*, to a smaller one a roll back. */
export function progressOf({ stage, share }: Place): number {
  const steps: Readonly<Record<Stage, number>> = {
    monolith: 0,
    shadow: 0.5,
    canary: Math.max(share, 1),
    service: 100,
    retired: 101,
  }
  return steps[stage]
}

export function isForward({ from, to }: Move): boolean {
  return progressOf(to) > progressOf(from)
}

/** `canary 10 %`, or just the stage. */
export function placeText({ stage, share }: Place): string {
  return stage === 'canary' ? `canary ${share} %` : stage
}

/** A place as a flip is told of it. */
export function flagsOf({ stage, share }: Place): string {
  return stage === 'canary' ? `--to canary --share ${share}` : `--to ${stage}`
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.stage === other.stage && one.share === other.share
}
