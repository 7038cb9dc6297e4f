import { randomInt } from 'node:crypto'
import { type Ground, startGround } from './ground/start-ground.ts'
import { readOptions, type StormOptions } from './options.ts'
import { isBroken } from './report.ts'
import { storm } from './storm.ts'

/** Raises a storm over a fresh stack, prints one JSON object, and gives the exit status: 0 only when all was kept. */
export async function runStorm(args: readonly string[]): Promise<number> {
  const options = readOptionsOrSay(args)
  if (!options) return 2
  const startedMs = performance.now()
  const ground = await startGround()
  const stopListening = stopOnSignal(ground)
  try {
    const report = await storm(ground, { ...options, onProgress: showProgress })
    const ms = Math.round(performance.now() - startedMs)
    process.stdout.write(`${JSON.stringify({ ...report, ms })}\n`)
    return isBroken(report) ? 1 : 0
  } finally {
    stopListening()
    await ground.close()
  }
}

/** What is frozen cannot see that we are gone: it is thawed and stopped before. */
function stopOnSignal(ground: Ground): () => void {
  const stop = (signal: NodeJS.Signals) =>
    void ground.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  for (const signal of SIGNALS) process.once(signal, stop)
  return () => {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`)
}

function readOptionsOrSay(args: readonly string[]): StormOptions | null {
  try {
    return readOptions(args, () => randomInt(1_000_000_000))
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    return null
  }
}
