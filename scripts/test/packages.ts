import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRepository } from '../stack/places.ts'

export type TestedPackage = { name: string; folder: string }

type Manifest = { name: string; workspaces?: string[]; scripts?: Record<string, string> }

/** Every workspace package that has tests. */
export function testedPackages(): TestedPackage[] {
  const workspaces = readManifest(inRepository()).workspaces ?? []
  return workspaces.flatMap(foldersOf).flatMap((folder) => {
    const { name, scripts } = readManifest(folder)
    return scripts?.['test'] ? [{ name, folder }] : []
  })
}

/** `apps/*` is every folder with a manifest in `apps`. */
function foldersOf(workspace: string): string[] {
  if (!workspace.endsWith('/*')) return [inRepository(workspace)]
  const parent = inRepository(workspace.slice(0, -2))
  const folders = existsSync(parent) ? readdirSync(parent).map((entry) => join(parent, entry)) : []
  return folders.filter((folder) => existsSync(join(folder, 'package.json')))
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}
