import { parseArgs } from 'node:util'
import { BENCHES, isBench } from './benches.ts'
import { describeMachine } from './report/machine.ts'
import { writeResult } from './report/write-result.ts'

const USAGE = `Usage: npm run bench -- NAME [--rounds N]\nNAME is one of ${Object.keys(BENCHES).join(', ')}.\n`

const { values, positionals } = readArguments()
const [name = ''] = positionals
const rounds = Number(values.rounds)
if (!isBench(name) || positionals.length !== 1 || !(Number.isInteger(rounds) && rounds > 0)) usage()

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

try {
  const machine = describeMachine()
  const result = await BENCHES[name]({ rounds, signal: stop.signal })
  process.stdout.write(`${writeResult(name, machine, result)}\n`)
  process.exit(0)
} catch (error) {
  if (stop.signal.aborted) process.exit(130)
  process.stderr.write(`The benchmark ${name} failed: ${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '5' } } })
  } catch {
    return usage()
  }
}

function usage(): never {
  process.stderr.write(USAGE)
  process.exit(2)
}
