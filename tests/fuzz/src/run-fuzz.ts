import { randomInt } from 'node:crypto'
import { startStack } from '@emotibot/testkit'
import { deadProcesses } from './dead-processes.ts'
import { fuzzSockets } from './drive/fuzz-sockets.ts'
import { fuzzBytes, fuzzRequests } from './fuzz-requests.ts'
import { type FuzzOptions, readOptions } from './options.ts'
import { planFrames } from './plan/plan-frames.ts'
import { planRequests } from './plan/plan-requests.ts'

/** Fuzzes a fresh stack, prints one JSON object, and gives the exit status. */
export async function runFuzz(args: readonly string[]): Promise<number> {
  const options = readOptionsOrSay(args)
  if (!options) return 2
  const startedMs = Date.now()
  const { violations, answers, dead } = await fuzz(options)
  const { requests, frames, seed } = options
  const server_errors = violations.filter(({ status }) => status >= 500).length
  const summary = {
    requests,
    frames,
    server_errors,
    violations,
    dead,
    answers,
    seed,
    ms: Date.now() - startedMs,
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return violations.length === 0 && dead.length === 0 ? 0 : 1
}

/** Everything as processes: one that dies must be seen to die. */
export async function fuzz({ requests, frames, seed }: FuzzOptions) {
  const stack = await startStack({
    processes: true,
    stages: { 'emotion.analyze': { to: 'canary', share: 50 }, 'emotion.batch': { to: 'service' } },
  })
  try {
    const { violations, answers } = await fuzzRequests(stack, planRequests(seed, requests))
    violations.push(...(await fuzzBytes(stack.facade.url)))
    const faults = await fuzzSockets(stack, planFrames(seed, frames))
    violations.push(...faults.map((why) => ({ request: 'a socket', status: 0, why })))
    return { violations, answers, dead: await deadProcesses(stack) }
  } finally {
    await stack.close()
  }
}

function readOptionsOrSay(args: readonly string[]): FuzzOptions | null {
  try {
    return readOptions(args, () => randomInt(1_000_000_000))
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    return null
  }
}
