import { randomInt } from 'node:crypto'
import { catalogueScenarios } from './catalogue/index.ts'
import { lookAtEntries } from './catalogue/look-at-entries.ts'
import { generatedScenarios } from './generate/generated-scenarios.ts'
import type { Scenario } from './journey/scenario.ts'
import { type ParityOptions, readOptions } from './options.ts'
import { writtenScenarios } from './scenarios/index.ts'
import { runSuite, type SuiteResult, unprovenRoutes } from './suite.ts'
import { monolithTarget } from './targets/alone.ts'
import { startEveryTarget } from './targets/every-target.ts'
import { remoteTarget } from './targets/remote.ts'
import type { Target } from './targets/target.ts'

const GENERATED_PER_ROUTE = 60

/** Runs the suite over fresh stores, prints one JSON object, and gives the exit status: 0 only when all agree. */
export async function runParity(args: readonly string[]): Promise<number> {
  const startedMs = Date.now()
  const options = readOptionsOrSay(args)
  if (!options) return 2
  const reference = await monolithTarget()
  const others = await startOthers(options)
  try {
    const scenarios = scenariosFor(options)
    const walked = await runSuite({ scenarios, reference, others, onProgress: showProgress })
    const faults = isWhole(options) ? await lookAtEntries() : []
    const result = { ...walked, mismatches: [...walked.mismatches, ...faults] }
    const unproven = unprovenRoutes(result.cases, wantedRoutes(options, others))
    print(result, { unproven, others, seed: options.seed, startedMs })
    return result.mismatches.length === 0 && unproven.length === 0 ? 0 : 1
  } finally {
    await Promise.all([reference, ...others].map((target) => target.close()))
  }
}

function readOptionsOrSay(args: readonly string[]): ParityOptions | null {
  try {
    return readOptions(args, () => randomInt(1_000_000_000))
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    return null
  }
}

async function startOthers({ serviceUrl, routes }: ParityOptions): Promise<Target[]> {
  return serviceUrl ? [await remoteTarget(serviceUrl, routes)] : startEveryTarget()
}

function scenariosFor({ routes, seed }: ParityOptions): Scenario[] {
  const all = [...writtenScenarios, ...catalogueScenarios, ...generatedScenarios(seed, GENERATED_PER_ROUTE)]
  return all.filter(
    (scenario) => routes.length === 0 || scenario.routes.some((route) => routes.includes(route)),
  )
}

/** Somebody's own service proves only what it serves. */
function wantedRoutes({ routes, serviceUrl }: ParityOptions, others: readonly Target[]) {
  if (routes.length > 0) return routes
  return serviceUrl ? others[0]?.served : undefined
}

/** One route, or somebody else's service, says nothing about the page and the README. */
function isWhole({ routes, serviceUrl }: ParityOptions): boolean {
  return routes.length === 0 && serviceUrl === null
}

function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`)
}

type Run = { unproven: string[]; others: readonly Target[]; seed: number; startedMs: number }

function print({ cases, mismatches }: SuiteResult, { unproven, others, seed, startedMs }: Run): void {
  const summary = {
    routes: Object.keys(cases).length,
    cases: Object.values(cases).reduce((sum, count) => sum + count, 0),
    mismatches,
    unproven,
    seed,
    targets: others.map(({ name }) => name),
    cases_by_route: cases,
    ms: Date.now() - startedMs,
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
}
