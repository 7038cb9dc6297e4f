import { describe, expect, it } from 'vitest'
import { importsOf } from './imports-of.ts'
import { judgeFile, packageOf, type Workspace } from './judge.ts'
import { readPackages, readRootDevDependencies, readSources } from './workspace.ts'

const packages = readPackages()
const workspace: Workspace = { packages, rootDevDependencies: readRootDevDependencies() }

describe.each(packages)('$place', (owner) => {
  const sources = readSources(owner.place)

  it('imports only what the table of the design allows', () => {
    expect(sources.flatMap((file) => judgeFile({ owner, file, workspace }))).toEqual([])
  })

  it('declares no package of ours that it does not import', () => {
    const imported = new Set(
      sources.flatMap(({ path, text }) => importsOf(path, text)).map(({ specifier }) => packageOf(specifier)),
    )
    const ours = owner.dependencies.filter((name) => packages.some((other) => other.name === name))
    expect(ours.filter((name) => !imported.has(name))).toEqual([])
  })
})

it('reads every package of the workspace', () => {
  expect(packages.map(({ place }) => place)).toEqual(
    expect.arrayContaining(['apps/facade', 'apps/monolith', 'libs/contracts', 'scripts', 'tests/parity']),
  )
})
