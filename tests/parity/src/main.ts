import { runParity } from './run-parity.ts'

process.exitCode = await runParity(process.argv.slice(2))
