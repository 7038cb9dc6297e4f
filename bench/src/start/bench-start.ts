import { createFolder } from '@emotibot/testkit'
import { figureOf, ratio } from '../measure/figure.ts'
import { showProgress } from '../measure/progress.ts'
import type { Bench, BenchResult } from '../report/result.ts'
import { type Started, startAndStop } from './start-and-stop.ts'

const TARGET_SECONDS = 10
const MIB = 2 ** 20

type Round = { readonly fresh: Started; readonly warm: Started; readonly freshAgain: Started }

/** `npm start` without the visitors: seconds until everything is healthy, and what it took and then takes. */
export const benchStart: Bench = async ({ rounds, signal }) => {
  const all: Round[] = []
  for (let round = 1; round <= rounds; round++) {
    showProgress(`round ${round} of ${rounds}`)
    all.push(await playRound(signal))
  }
  return resultOf(all)
}

async function playRound(signal: AbortSignal): Promise<Round> {
  const [folder, other] = [createFolder('bench-start'), createFolder('bench-start')]
  try {
    const fresh = await startAndStop(folder.path, signal)
    const warm = await startAndStop(folder.path, signal)
    return { fresh, warm, freshAgain: await startAndStop(other.path, signal) }
  } finally {
    folder.remove()
    other.remove()
  }
}

function resultOf(rounds: readonly Round[]): BenchResult {
  const fresh = figureOf(rounds.map((round) => round.fresh.seconds))
  const warm = figureOf(rounds.map((round) => round.warm.seconds))
  const freshAgain = figureOf(rounds.map((round) => round.freshAgain.seconds))
  return {
    unit: 'seconds until healthy, CPU seconds used until then, resident memory in MiB',
    figures: {
      fresh,
      warm,
      fresh_again: freshAgain,
      fresh_cpu_seconds: figureOf(rounds.map((round) => round.fresh.cpuSeconds)),
      warm_cpu_seconds: figureOf(rounds.map((round) => round.warm.cpuSeconds)),
      resident_mib: figureOf(rounds.map((round) => round.fresh.residentBytes / MIB)),
    },
    ratios: {
      fresh_to_target: ratio(fresh, figureOf(rounds.map(() => TARGET_SECONDS))),
      warm_to_fresh: ratio(warm, fresh),
      self_check: ratio(freshAgain, fresh),
    },
    notes: [
      `The target is ${TARGET_SECONDS} seconds on two cores that have nothing else to do. fresh begins with an empty data folder, warm on what fresh left behind.`,
      'CPU seconds do not change when something else takes the machine: far fewer of them than seconds means that it did.',
      'Memory is the proportional share of every process, PostgreSQL included, pages in common counted once.',
    ],
  }
}
