import { runStorm } from './run-storm.ts'

process.exitCode = await runStorm(process.argv.slice(2))
