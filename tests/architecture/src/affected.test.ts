import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ROOT, readPackages } from './workspace.ts'

type Graph = { graph: { dependencies: Record<string, { target: string }[]> } }

/** The edges that `nx affected` follows, as nx itself sees them. */
function nxDependencies(): Record<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-graph-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'graph.json')
  const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js')
  execFileSync(process.execPath, [nx, 'graph', `--file=${file}`], {
    cwd: ROOT,
    env: { ...process.env, NX_DAEMON: 'false' },
    stdio: 'pipe',
  })
  const { graph } = JSON.parse(readFileSync(file, 'utf8')) as Graph
  const entries = Object.entries(graph.dependencies)
  return Object.fromEntries(entries.map(([name, edges]) => [name, edges.map(({ target }) => target).sort()]))
}

it('nx sees an edge for every dependency on a package of ours, so that what a change affects is tested', () => {
  const packages = readPackages()
  const ours = new Set(packages.map(({ name }) => name))
  const declared = packages.map(({ name, dependencies, devDependencies }) => [
    name,
    [...new Set([...dependencies, ...devDependencies])].filter((each) => ours.has(each)).sort(),
  ])
  expect(nxDependencies()).toEqual(Object.fromEntries(declared))
}, 60_000)
