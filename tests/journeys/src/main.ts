import { findChromium, NO_CHROMIUM } from './chromium.ts'
import { openGround } from './ground.ts'
import { journeysAt } from './journeys/index.ts'
import { stageMixes } from './stage-mixes.ts'

const executablePath = findChromium()
if (executablePath === null) {
  process.stderr.write(`${NO_CHROMIUM}\n`)
  process.exit(1)
}

const wanted = process.argv[2] ?? ''
const counts = { passed: 0, failed: 0 }
const ground = await openGround(executablePath)
try {
  for (const mix of stageMixes) {
    process.stdout.write(`\n${mix.name}\n`)
    await ground.enter(mix)
    for (const journey of journeysAt(mix).filter(({ title }) => title.includes(wanted))) {
      const startMs = performance.now()
      const problem = await ground.walk(journey, mix).then(() => null, String)
      counts[problem === null ? 'passed' : 'failed']++
      const tookMs = Math.round(performance.now() - startMs)
      process.stdout.write(`  ${problem === null ? '✓' : '✗'} ${journey.title} (${tookMs} ms)\n`)
      if (problem !== null) process.stdout.write(`    ${problem.replaceAll('\n', '\n    ')}\n`)
    }
  }
} finally {
  await ground.close()
}
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1
