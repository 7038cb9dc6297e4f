import { runFig } from './fig.ts'
import { processSurroundings } from './surroundings.ts'

process.exitCode = await runFig(process.argv.slice(2), processSurroundings())
