import { runTool, type ToolRun } from '../run-tool.ts'

/** One thing that must hold before the tests are worth running. */
export type Step = { title: string; run: () => Promise<ToolRun> }

export const steps: readonly Step[] = [
  { title: 'format and lint', run: () => runTool('node_modules/@biomejs/biome/bin/biome', ['ci', '.']) },
  { title: 'types', run: () => runTool('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']) },
  { title: 'dead code', run: () => runTool('node_modules/knip/bin/knip.js', []) },
  { title: 'generated files current', run: () => runTool('scripts/commands/generate.ts', ['--check']) },
]

/** Runs all steps, also after one failed, and answers how many did. */
export async function runSteps(): Promise<number> {
  let failed = 0
  for (const { title, run } of steps) {
    const { isOk, output } = await run()
    process.stdout.write(`${title}: ${isOk ? 'ok' : 'FAILED'}\n`)
    if (!isOk) process.stdout.write(output)
    failed += isOk ? 0 : 1
  }
  return failed
}
