import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from '../run-tool.ts'
import { type Counts, countsOf, lastLine, sum } from './counts.ts'
import { type TestedPackage, testedPackages } from './packages.ts'

/**
 * Every package's `test` target through nx, which takes unchanged ones from its cache, reports and
 * all. Prints a line per package.
 */
export async function runTests(leftOutPackages: readonly string[]): Promise<Counts> {
  const packages = testedPackages().filter(({ name }) => !leftOutPackages.includes(name))
  // nx puts cached reports back; what is there now may be of an older run.
  for (const tested of packages) rmSync(reportOf(tested), { force: true })
  const { isOk, output } = await runNx(packages)
  if (!isOk) process.stdout.write(output)
  return report(packages, isOk)
}

const reportOf = ({ folder }: TestedPackage): string => join(folder, 'test-results', 'vitest.json')

function runNx(packages: readonly TestedPackage[]) {
  const projects = `--projects=${packages.map(({ name }) => name).join(',')}`
  const args = ['run-many', '--target=test', projects, '--parallel=2', '--output-style=static']
  return runTool('node_modules/nx/dist/bin/nx.js', args, { env: { NX_DAEMON: 'false', VITEST_JSON: '1' } })
}

function report(packages: readonly TestedPackage[], isOk: boolean): Counts {
  const counted = packages.map((tested) => ({ ...tested, counts: readCounts(tested) }))
  for (const { name, counts } of counted) process.stdout.write(`${name.padEnd(28)} ${lastLine(counts)}\n`)
  const total = sum(counted.map(({ counts }) => counts))
  // A failure that no report shows is one all the same.
  return isOk ? total : { ...total, failed: Math.max(1, total.failed) }
}

/** A package that ran leaves a report, passed or failed; none means that it broke. */
function readCounts(tested: TestedPackage): Counts {
  try {
    return countsOf(readFileSync(reportOf(tested), 'utf8'))
  } catch {
    return countsOf(undefined)
  }
}
