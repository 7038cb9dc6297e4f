import { randomInt } from 'node:crypto'
import { catalogueScenarios } from './catalogue/index.ts'
import { lookAtEntries } from './catalogue/look-at-entries.ts'
import { generatedScenarios } from './generate/generated-scenarios.ts'
import type { Scenario } from './journey/scenario.ts'
import { type ParityOptions, readOptions } from './options.ts'
import { runMixes } from './run-mixes.ts'
import { joinWaves, runWave, type WaveResult } from './run-wave.ts'
import { isRepeatable, writtenScenarios } from './scenarios/index.ts'
import { readLegacy } from './scenarios/legacy.ts'
import { unprovenRoutes } from './suite.ts'
import { WAVES } from './targets/every-target.ts'
import { remoteTarget } from './targets/remote.ts'

const GENERATED_PER_ROUTE = 60

/** Runs the suite over fresh stores, prints one JSON object, and gives the exit status: 0 only when all agree. */
export async function runParity(args: readonly string[]): Promise<number> {
  const startedMs = Date.now()
  const options = readOptionsOrSay(args)
  if (!options) return 2
  const scenarios = scenariosFor(options)
  const waves: WaveResult[] = []
  for (const starts of wavesFor(options))
    waves.push(await runWave({ scenarios, starts, onProgress: showProgress }))
  const walked = joinWaves(waves)
  const beyond = isWhole(options) ? [...(await lookAtEntries()), ...(await walkMixes(options))] : []
  const result = { ...walked, mismatches: [...walked.mismatches, ...beyond] }
  const unproven = unprovenRoutes(result.cases, wantedRoutes(options, walked))
  print(result, { unproven, seed: options.seed, startedMs })
  return result.mismatches.length === 0 && unproven.length === 0 ? 0 : 1
}

function readOptionsOrSay(args: readonly string[]): ParityOptions | null {
  try {
    return readOptions(args, () => randomInt(1_000_000_000))
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    return null
  }
}

function wavesFor({ serviceUrl, routes }: ParityOptions) {
  return serviceUrl ? [[() => remoteTarget(serviceUrl, routes)]] : WAVES
}

/** At every mix a whole visit; all that is written where that was asked for. Of people of an old file no two walks write. */
function walkMixes({ seed, everyMix }: ParityOptions) {
  const scenarios = everyMix ? writtenScenarios.filter(isRepeatable) : [readLegacy]
  return runMixes({ scenarios, seed, onProgress: showProgress })
}

function scenariosFor({ routes, seed }: ParityOptions): Scenario[] {
  const all = [...writtenScenarios, ...catalogueScenarios, ...generatedScenarios(seed, GENERATED_PER_ROUTE)]
  return all.filter(
    (scenario) => routes.length === 0 || scenario.routes.some((route) => routes.includes(route)),
  )
}

/** Somebody's own service proves only what it serves. */
function wantedRoutes({ routes, serviceUrl }: ParityOptions, { served }: WaveResult) {
  if (routes.length > 0) return routes
  return serviceUrl ? served : undefined
}

/** One route, or somebody else's service, says nothing about the page and the README. */
function isWhole({ routes, serviceUrl }: ParityOptions): boolean {
  return routes.length === 0 && serviceUrl === null
}

function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`)
}

type Run = { unproven: string[]; seed: number; startedMs: number }

function print({ cases, mismatches, targets }: WaveResult, { unproven, seed, startedMs }: Run): void {
  const summary = {
    routes: Object.keys(cases).length,
    cases: Object.values(cases).reduce((sum, count) => sum + count, 0),
    mismatches,
    unproven,
    seed,
    targets,
    cases_by_route: cases,
    ms: Date.now() - startedMs,
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
}
