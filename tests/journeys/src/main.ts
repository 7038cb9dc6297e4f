import { findChromium, NO_CHROMIUM } from './chromium.ts'
import { openGround } from './ground.ts'
import type { Journey } from './journey.ts'
import { journeysAt } from './journeys/index.ts'
import { type StageMix, stageMixes } from './stage-mixes.ts'

const executablePath = findChromium()
if (executablePath === null) {
  process.stderr.write(`${NO_CHROMIUM}\n`)
  process.exit(1)
}

/** A journey mostly waits: two side by side keep two cores busy. */
const AT_ONCE = 2

const wanted = process.argv[2] ?? ''
const counts = { passed: 0, failed: 0 }
const ground = await openGround(executablePath)
try {
  for (const mix of stageMixes) {
    const waiting = journeysAt(mix).filter(({ title }) => title.includes(wanted))
    process.stdout.write(`\n${mix.name}\n`)
    await ground.enter(mix)
    await Promise.all(Array.from({ length: AT_ONCE }, () => walkAll(waiting, mix)))
  }
} finally {
  await ground.close()
}
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1

async function walkAll(waiting: Journey[], mix: StageMix): Promise<void> {
  for (let journey = waiting.shift(); journey; journey = waiting.shift()) {
    const startMs = performance.now()
    const problem = await ground.walk(journey, mix).then(() => null, String)
    counts[problem === null ? 'passed' : 'failed']++
    const tookMs = Math.round(performance.now() - startMs)
    process.stdout.write(`  ${problem === null ? '✓' : '✗'} ${journey.title} (${tookMs} ms)\n`)
    if (problem !== null) process.stdout.write(`    ${problem.replaceAll('\n', '\n    ')}\n`)
  }
}
