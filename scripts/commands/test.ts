// npm test: every test that needs nothing beyond npm; what is left out is said.
import { lastLine } from '../test/counts.ts'
import { leftOut, reasonOf } from '../test/left-out.ts'
import { runTests } from '../test/run-tests.ts'

const missing = leftOut()
const counts = await runTests(missing.map(({ packageName }) => packageName))
for (const requirement of missing) process.stdout.write(`${reasonOf(requirement)}\n`)
process.stdout.write(`${lastLine(counts)}\n`)
process.exit(counts.failed > 0 ? 1 : 0)
