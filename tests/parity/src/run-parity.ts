import { randomInt } from 'node:crypto'
import { generatedScenarios } from './generate/generated-scenarios.ts'
import type { Scenario } from './journey/scenario.ts'
import { type ParityOptions, readOptions } from './options.ts'
import { writtenScenarios } from './scenarios/index.ts'
import { runSuite, type SuiteOptions, untestedRoutes } from './suite.ts'
import {
  emotionTarget,
  facadeTarget,
  flippingTarget,
  monolithTarget,
  remoteTarget,
} from './targets/targets.ts'

const GENERATED_PER_ROUTE = 60

/** Runs the suite over fresh stores, prints one JSON object, and gives the exit status: 0 only when all agree. */
export async function runParity(args: readonly string[]): Promise<number> {
  const startedMs = Date.now()
  const options = readOptionsOrSay(args)
  if (!options) return 2
  const { seed } = options
  const { targets, cases, mismatches } = await runSuite(suiteOf(options))
  const untested = untestedRoutes(cases, options.routes.length > 0 ? options.routes : undefined)
  const compared = Object.values(cases).reduce((sum, count) => sum + count, 0)
  const result = { routes: Object.keys(cases).length, cases: compared, mismatches, untested, targets, seed }
  process.stdout.write(
    `${JSON.stringify({ ...result, cases_by_route: cases, ms: Date.now() - startedMs })}\n`,
  )
  return mismatches.length === 0 && (untested.length === 0 || options.serviceUrl !== null) ? 0 : 1
}

function readOptionsOrSay(args: readonly string[]): ParityOptions | null {
  try {
    return readOptions(args, () => randomInt(1_000_000_000))
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    return null
  }
}

function suiteOf({ routes, seed, serviceUrl }: ParityOptions): SuiteOptions {
  const all = [...writtenScenarios, ...generatedScenarios(seed, GENERATED_PER_ROUTE)]
  return {
    scenarios: all.filter((scenario) => isWanted(scenario, routes)),
    reference: monolithTarget,
    others: serviceUrl ? [() => remoteTarget(serviceUrl, routes)] : OURS,
    ...(process.stderr.isTTY ? { onProgress: (line: string) => void process.stderr.write(`${line}\n`) } : {}),
  }
}

function isWanted(scenario: Scenario, routes: readonly string[]): boolean {
  return routes.length === 0 || scenario.routes.some((route) => routes.includes(route))
}

/** The monolith against itself first: if that is not silent, nothing after it means anything. */
const OURS: SuiteOptions['others'] = [
  () => monolithTarget('monolith again'),
  emotionTarget,
  () => facadeTarget('monolith'),
  () => facadeTarget('canary', 50),
  () => facadeTarget('service'),
  flippingTarget,
]
