import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Machine } from './machine.ts'
import type { BenchResult } from './result.ts'

const RESULTS = new URL('../../results/', import.meta.url)

/** Keeps a result under `bench/results/` with the machine described, and returns it as one line of JSON. */
export function writeResult(
  name: string,
  run: { readonly machine: Machine; readonly took_seconds: number },
  result: BenchResult,
): string {
  const whole = { bench: name, ...run, ...result }
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(fileURLToPath(new URL(`${name}.json`, RESULTS)), `${JSON.stringify(whole, null, 2)}\n`)
  return JSON.stringify(whole)
}
