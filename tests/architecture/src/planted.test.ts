import { expect, it } from 'vitest'
import { type Import, importsOf } from './imports-of.ts'
import { judgeFile, type Workspace } from './judge.ts'
import { readPackages, readRootDevDependencies } from './workspace.ts'

const packages = readPackages()
const workspace: Workspace = { packages, rootDevDependencies: readRootDevDependencies() }

/** Judges a text as if it stood at the path. */
function judge(path: string, text: string): string[] {
  const owner = packages.find(({ place }) => path.startsWith(`${place}/`))
  if (!owner) throw new Error(`${path} is in no package`)
  return judgeFile({ owner, file: { path, text }, workspace })
}

it.each([
  ['apps/facade/src/a.ts', `import { createApp } from '@emotibot/monolith'`, 'may not import apps/monolith'],
  ['apps/fig/src/a.ts', `import { openPostgres } from '@emotibot/db'`, 'may not import libs/db'],
  [
    'apps/fig/src/a.ts',
    `import type { App } from '@emotibot/service-kit'`,
    'may not import libs/service-kit',
  ],
  ['apps/emotion/src/a.ts', `import { startStack } from '@emotibot/testkit'`, 'may not import libs/testkit'],
  ['libs/contracts/src/a.ts', `export * from '@emotibot/db'`, 'may not import libs/db'],
  ['libs/contracts/src/a.ts', `import { readFileSync } from 'node:fs'`, 'runs in a browser'],
  [
    'libs/db/src/a.ts',
    `const { fold } = await import('@emotibot/contracts')`,
    'may not import libs/contracts',
  ],
  ['libs/service-kit/src/a.ts', `type Sql = import('@emotibot/db').Sql`, 'may not import libs/db'],
  ['libs/flags/src/a.ts', `import { migrate } from '@emotibot/db/src/migrate.ts'`, 'does not export'],
  ['libs/flags/src/a.ts', `import { createTestDatabase } from '@emotibot/db/testing'`, 'that is for tests'],
  [
    'apps/facade/src/a.ts',
    `import { analyze } from '../../monolith/src/emotion/analyze.ts'`,
    'leaves apps/facade',
  ],
  ['apps/facade/src/a.ts', `import { side } from './testing/side.ts'`, 'that is for tests'],
  ['apps/fig/src/a.ts', `import { exampleStatus } from './testing/examples.ts'`, 'that is for tests'],
  ['apps/emotion/src/a.ts', `import natural from 'natural'`, 'name the submodule'],
  ['apps/emotion/src/a.ts', `import { lru } from 'lru-cache'`, 'does not declare lru-cache'],
  ['apps/emotion/src/a.ts', `import fc from 'fast-check'`, 'does not declare fast-check'],
  ['apps/emotion/src/a.ts', `await import(name)`, 'not written out'],
  ['apps/emotion/src/a.ts', `import fs from 'fs'`, 'written with node:'],
])('refuses in %s: %s', (path, text, fault) => {
  expect(judge(path, text)).toEqual([expect.stringContaining(fault)])
})

it.each([
  ['apps/facade/src/a.ts', `import { routes } from '@emotibot/contracts'`],
  ['apps/emotion/src/a.ts', `import { AfinnAnalyzer } from 'natural/lib/natural/sentiment/index.js'`],
  ['libs/flags/src/a.test.ts', `import { createTestDatabase } from '@emotibot/db/testing'`],
  ['apps/emotion/src/a.test.ts', `import fc from 'fast-check'`],
  ['libs/db/src/test/a.ts', `import { expect } from 'vitest'`],
  ['apps/facade/src/testing/a.ts', `import { createTestDatabase } from '@emotibot/db/testing'`],
  ['apps/facade/src/a.test.ts', `import { side } from './testing/side.ts'`],
  ['libs/testkit/src/a.ts', `import { createApp } from '@emotibot/facade'`],
])('takes in %s: %s', (path, text) => {
  expect(judge(path, text)).toEqual([])
})

it('sees an import in each of its spellings', () => {
  const source = [
    `import 'a'`,
    `import { type B } from 'b'`,
    `export { c } from 'c'`,
    `export * as d from "d"`,
    `const e = import('e')`,
    `let f: import('f').F<import('g').G>`,
    `// import 'comment'`,
    `const text = "import 'text'"`,
  ].join('\n')
  const specifiers = importsOf('a.ts', source).map((one: Import) => one.specifier)
  expect(specifiers.sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})
