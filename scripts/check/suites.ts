import { runTool } from '../run-tool.ts'
import { type Counts, NONE } from '../test/counts.ts'

/** A whole suite with a command of its own: `npm run parity`, `npm run journeys`. */
export async function runSuite(name: 'parity' | 'journeys'): Promise<Counts> {
  const { isOk, output } = await runTool(`tests/${name}/src/main.ts`, [], { isKept: true })
  const counts = suiteCounts(output, isOk)
  process.stdout.write(`${name}: ${isOk ? 'ok' : 'FAILED'}\n`)
  if (!isOk) process.stdout.write(output)
  return counts
}

/** A suite ends with one JSON object or with `N passed, N failed`; either may say the numbers. */
export function suiteCounts(output: string, isOk: boolean): Counts {
  const said = parseLine(output.trim().split('\n').at(-1) ?? '')
  if (isOk) return said.passed + said.failed > 0 ? said : { ...NONE, passed: 1 }
  return { ...said, failed: Math.max(1, said.failed) }
}

function parseLine(line: string): Counts {
  const words = /(\d+) passed, (\d+) failed/.exec(line)
  if (words) return { ...NONE, passed: Number(words[1]), failed: Number(words[2]) }
  if (!line.startsWith('{')) return NONE
  const said = JSON.parse(line) as Partial<Counts>
  return { passed: said.passed ?? 0, failed: said.failed ?? 0, skipped: said.skipped ?? 0 }
}
