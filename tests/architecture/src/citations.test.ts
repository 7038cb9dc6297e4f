import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { citationsIn, judgeCitations } from './citations.ts'
import { ROOT, readPackages, readSources } from './workspace.ts'

const tests = readPackages()
  .flatMap(({ place }) => readSources(place))
  .filter(({ path }) => path.endsWith('.test.ts'))

it.each([
  ['docs/guarantees.md', ''],
  ['docs/lessons.md', ''],
  ['libs/sync/SPEC.md', 'libs/sync/'],
  ['libs/flags/SPEC.md', 'libs/flags/'],
  ['libs/messaging/SPEC.md', 'libs/messaging/'],
])('%s names tests that exist, and titles that they have', (document, near) => {
  const text = readFileSync(join(ROOT, document), 'utf8')
  expect(citationsIn(text).length).toBeGreaterThan(10)
  expect(judgeCitations(text, tests, near)).toEqual([])
})

describe('a document', () => {
  const files = [
    { path: 'libs/a/src/one.test.ts', text: `it('holds what it\n  promises', () => {})` },
    { path: 'libs/b/src/one.test.ts', text: `describe('both', () => { it('says: it holds') })` },
  ]
  const judge = (text: string, near = '') => judgeCitations(text, files, near)

  it.each([
    ['1. It holds. — `one.test.ts`: holds what it…; both (here and there).'],
    ['| it holds | `libs/a/src/one.test.ts`: holds what it promises |'],
    ['the other package’s `b/src/one.test.ts`: both: says: it holds'],
    ['it holds (`one.test.ts`), with two others; nothing else is said'],
  ])('is believed: %s', (text) => {
    expect(judge(text)).toEqual([])
  })

  it.each([
    ['1. It holds. — `two.test.ts`.', 'there is no two.test.ts'],
    [
      '| it holds | `one.test.ts`: holds what it…; never fails |',
      'one.test.ts has no test that says "never fails"',
    ],
    [
      '- `one.test.ts`: holds\n  what nobody promised',
      'one.test.ts has no test that says "holds what nobody promised"',
    ],
    [
      '`libs/b/src/one.test.ts`: holds what it…',
      'libs/b/src/one.test.ts has no test that says "holds what it"',
    ],
  ])('is not believed: %s', (text, fault) => {
    expect(judge(text)).toEqual([fault])
  })

  it('means the files of its own package first', () => {
    expect(judge('`one.test.ts`: both', 'libs/a/')).toHaveLength(1)
    expect(judge('`one.test.ts`: both', 'libs/b/')).toEqual([])
  })
})
