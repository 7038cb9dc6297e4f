import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { allowedFor, mayImport } from './import-table.ts'
import { type Import, importsOf } from './imports-of.ts'
import type { Package, SourceFile } from './workspace.ts'

export type Workspace = {
  readonly packages: readonly Package[]
  /** What the root installs, which only tests may lean on. */
  readonly rootDevDependencies: readonly string[]
}

type Importer = { readonly owner: Package; readonly file: SourceFile; readonly workspace: Workspace }

/** Every import of a file that breaks a rule, in words. */
export function judgeFile(importer: Importer): string[] {
  const { file, owner } = importer
  if (!allowedFor(owner.place)) return [`${owner.place} has no line in the import table`]
  return importsOf(file.path, file.text).flatMap((one) => {
    const fault = judgeImport(importer, one)
    return fault ? [`${file.path} imports "${one.specifier}": ${fault}`] : []
  })
}

function judgeImport(importer: Importer, { specifier, isType }: Import): string | null {
  // The page's own scripts name each other by address.
  if (specifier.startsWith('/')) return null
  if (specifier === '<computed>') return 'nobody can check an import whose target is not written out'
  if (specifier.startsWith('.')) return judgeRelative(importer, specifier)
  if (isBuiltin(specifier)) return judgeBuiltin(importer, specifier)
  if (specifier === 'natural') return 'the whole of natural loads database drivers; name the submodule'
  const target = importer.workspace.packages.find(({ name }) => name === packageOf(specifier))
  return (target && judgeOurs(importer, target, specifier)) ?? judgeDeclared(importer, specifier, isType)
}

function judgeRelative({ owner, file }: Importer, specifier: string): string | null {
  const path = posix.join(posix.dirname(file.path), specifier)
  if (!path.startsWith(`${owner.place}/`)) return `it leaves ${owner.place}; import the package by name`
  return isOfTests(path) && !isOfTests(file.path) ? 'that is for tests' : null
}

/** The contract has no I/O, so that it runs in a browser. */
function judgeBuiltin({ owner, file }: Importer, specifier: string): string | null {
  if (!specifier.startsWith('node:')) return 'a builtin is written with node:'
  if (owner.place !== 'libs/contracts' || isOfTests(file.path)) return null
  return 'the contract runs in a browser'
}

function judgeOurs({ owner, file }: Importer, target: Package, specifier: string): string | null {
  const part = `.${specifier.slice(target.name.length)}`
  if (!mayImport(owner.place, target.place)) return `${owner.place} may not import ${target.place}`
  if (!target.exports.includes(part)) return `${target.name} does not export ${part}`
  return part === './testing' && !isOfTests(file.path) ? 'that is for tests' : null
}

function judgeDeclared({ owner, file, workspace }: Importer, specifier: string, isType: boolean) {
  const name = packageOf(specifier)
  if (name === owner.name || owner.dependencies.includes(name)) return null
  const forTests = [...owner.devDependencies, ...workspace.rootDevDependencies]
  if (isOfTests(file.path) && forTests.includes(name)) return null
  if (isType && owner.devDependencies.includes(name)) return null
  return `${owner.place}/package.json does not declare ${name}`
}

/** The package part of a specifier: `@scope/name/deep` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Tests, what stands beside them for their use, and the packages that are nothing else. */
function isOfTests(path: string): boolean {
  return /\.test\.ts$|^(tests|bench|libs\/testkit)\/|\/src\/(test|testing)\//.test(path)
}
