import type { Observation } from '../journey/observation.ts'
import { canonicalAnswer } from './canonical-answer.ts'
import { canonicalFrames, lastWords } from './canonical-frames.ts'
import { createNaming, type Naming } from './naming.ts'

/** One difference between two runs of a scenario, ids and times already written as their kind. */
export type Mismatch = {
  readonly scenario: string
  readonly route: string
  readonly call: string
  readonly part: string
  readonly left: string
  readonly right: string
}

/** The parts of an observation that two sides must agree on. */
type Parts = Readonly<Record<string, string>>

/** Compares what two targets answered to the same scenario, call by call. */
export function compareRuns(
  scenario: string,
  left: readonly Observation[],
  right: readonly Observation[],
): Mismatch[] {
  const isLate = [...left, ...right].some((seen) => seen.kind === 'frames' && seen.isLate)
  const [leftParts, rightParts] = [partsOfRun(left, isLate), partsOfRun(right, isLate)]
  const length = Math.max(left.length, right.length)
  return Array.from({ length }, (_, at) => at).flatMap((at) => {
    const { route, call } = left[at] ?? right[at]!
    return differingParts(leftParts[at] ?? {}, rightParts[at] ?? {}).map((part) => {
      const [shownLeft, shownRight] = aroundDifference(leftParts[at]?.[part], rightParts[at]?.[part])
      return { scenario, route, call, part, left: shownLeft, right: shownRight }
    })
  })
}

/** One naming for a whole run: an id that comes back later is the same id. */
function partsOfRun(observations: readonly Observation[], isLate: boolean): Parts[] {
  const naming = createNaming()
  return observations.map((observation) => partsOf(observation, { naming, isLate }))
}

type How = { readonly naming: Naming; readonly isLate: boolean }

function partsOf(observation: Observation, { naming, isLate }: How): Parts {
  if (observation.kind === 'claim') return { holds: String(observation.holds) }
  if (observation.kind === 'frames') {
    const { frames, closeCode } = observation
    const canonical = isLate ? lastWords(frames, naming) : canonicalFrames(frames, naming)
    return { frames: canonical.join('\n'), closed: String(closeCode) }
  }
  const { status, headers, body } = canonicalAnswer(observation.route, observation.answer, naming)
  const named = Object.entries(headers).map(([name, value]) => [`header ${name}`, value])
  return { status: String(status), body, ...Object.fromEntries(named) }
}

function differingParts(left: Parts, right: Parts): string[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...names].filter((name) => left[name] !== right[name])
}

const SHOWN_CHARACTERS = 160
const SHOWN_BEFORE = 40

/** Long texts from shortly before the place where they part. */
function aroundDifference(left = '(none)', right = '(none)'): [string, string] {
  let at = 0
  while (at < left.length && left[at] === right[at]) at += 1
  const start = Math.max(0, at - SHOWN_BEFORE)
  return [left.slice(start, start + SHOWN_CHARACTERS), right.slice(start, start + SHOWN_CHARACTERS)]
}
