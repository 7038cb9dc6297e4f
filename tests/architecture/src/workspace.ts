import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

type Dependencies = Readonly<Record<string, string>>
type Manifest = {
  name: string
  exports?: Readonly<Record<string, string>>
  dependencies?: Dependencies
  devDependencies?: Dependencies
  optionalDependencies?: Dependencies
}

/** A package of the workspace. `place` is where it stands from the root: `apps/fig`. */
export type Package = {
  readonly name: string
  readonly place: string
  /** What may be imported of it: `.` and `./testing`. */
  readonly exports: readonly string[]
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

export type SourceFile = { readonly path: string; readonly text: string }

export function readPackages(): Package[] {
  const manifests = globSync(
    ['{apps,libs,tests,migrations}/*/package.json', '{scripts,bench}/package.json'],
    {
      cwd: ROOT,
    },
  )
  return manifests.sort().map((manifest) => readPackage(dirname(manifest)))
}

function readPackage(place: string): Package {
  const manifest = readManifest(join(place, 'package.json'))
  return {
    name: manifest.name,
    place,
    exports: Object.keys(manifest.exports ?? {}),
    dependencies: Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
  }
}

/** What the root installs for everybody's tests. */
export function readRootDevDependencies(): string[] {
  return Object.keys(readManifest('package.json').devDependencies ?? {})
}

/** What the root itself runs with. */
export function readRootDependencies(): string[] {
  return Object.keys(readManifest('package.json').dependencies ?? {})
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest
}

/** Every source file of a package, paths from the root. */
export function readSources(place: string): SourceFile[] {
  const files = globSync('**/*.{ts,mts,js,mjs}', {
    cwd: join(ROOT, place),
    exclude: (name) => name === 'node_modules' || name === 'test-results' || name === 'dist',
  })
  return files.sort().map((file) => {
    const path = relative(ROOT, join(ROOT, place, file))
    return { path, text: readFileSync(join(ROOT, path), 'utf8') }
  })
}
