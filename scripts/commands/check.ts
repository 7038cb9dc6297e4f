// npm run check: format, lint, types, dead code, generated files, then every test with nothing left out.
import { runSteps } from '../check/steps.ts'
import { runSuite } from '../check/suites.ts'
import { lastLine, NONE, sum } from '../test/counts.ts'
import { JOURNEYS, leftOut } from '../test/left-out.ts'
import { runTests } from '../test/run-tests.ts'

const failedSteps = await runSteps()
const missing = leftOut()
for (const { program, what } of missing)
  process.stdout.write(`FAILED: ${what} need ${program}. Install it.\n`)
// The journeys are walked once, by their own command.
const tests = await runTests([...missing.map(({ packageName }) => packageName), JOURNEYS.packageName])
const suites = [await runSuite('parity'), ...(missing.includes(JOURNEYS) ? [] : [await runSuite('journeys')])]

const counts = sum([tests, ...suites, { ...NONE, failed: failedSteps + missing.length }])
process.stdout.write(`${lastLine(counts)}\n`)
process.exit(counts.failed > 0 ? 1 : 0)
