import { parseArgs } from 'node:util'
import { BENCHES, isBench } from './benches.ts'
import { describeMachine } from './report/machine.ts'
import { writeResult } from './report/write-result.ts'

const USAGE = `Usage: npm run bench -- NAME [--rounds N] [--seconds N] [--turns N]
NAME is one of ${Object.keys(BENCHES).join(', ')}.
--seconds is how long one measurement of chat or feed takes (10), --turns how many feed copies (1000000).
`

const { values, positionals } = readArguments()
const [name = ''] = positionals
const [rounds = 0, seconds = 0, turns = 0] = [values.rounds, values.seconds, values.turns].map(Number)
const isCount = (value: number) => Number.isInteger(value) && value > 0
if (!isBench(name) || positionals.length !== 1 || ![rounds, seconds, turns].every(isCount)) usage()

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

try {
  const machine = describeMachine()
  const startedAtMs = performance.now()
  const result = await BENCHES[name]({ rounds, seconds, turns, signal: stop.signal })
  const took_seconds = Math.round((performance.now() - startedAtMs) / 1_000)
  process.stdout.write(`${writeResult(name, { machine, took_seconds }, result)}\n`)
  process.exit(0)
} catch (error) {
  if (stop.signal.aborted) process.exit(130)
  process.stderr.write(`The benchmark ${name} failed: ${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '10' },
        turns: { type: 'string', default: '1000000' },
      },
    })
  } catch {
    return usage()
  }
}

function usage(): never {
  process.stderr.write(USAGE)
  process.exit(2)
}
