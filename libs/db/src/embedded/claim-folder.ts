import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderInUseError } from '../errors.ts'
import { isAlive, startMark } from './process-identity.ts'

export type FolderClaim = { release(): void }

type Owner = { pid: number; mark: string }

/**
 * Makes this process the only owner of `folder` until it releases it or dies: a claim of a dead
 * process is taken over, also when its id was given to another process since.
 * Throws `DB_FOLDER_IN_USE` when a live process holds it.
 */
export function claimFolder(folder: string): FolderClaim {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'owner.json')
  const draft = join(folder, `owner.${process.pid}.json`)
  writeFileSync(draft, JSON.stringify({ pid: process.pid, mark: startMark(process.pid) } satisfies Owner))
  try {
    while (!tryLink(draft, file)) removeDeadClaim(folder, file)
  } finally {
    rmSync(draft, { force: true })
  }
  return { release: () => rmSync(file, { force: true }) }
}

/** Linking a finished file is atomic: nobody ever sees half a claim. */
function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function removeDeadClaim(folder: string, file: string): void {
  refuseLiveOwner(folder, readOwner(file))
  // Moved away before it is removed: of two processes that see the same dead claim one may have
  // replaced it already, and that new claim must not go.
  const moved = join(folder, `owner.${process.pid}.dead.json`)
  try {
    renameSync(file, moved)
  } catch {
    return
  }
  const owner = readOwner(moved)
  if (isLive(owner)) tryLink(moved, file)
  rmSync(moved, { force: true })
  refuseLiveOwner(folder, owner)
}

function refuseLiveOwner(folder: string, owner: Owner | undefined): void {
  if (owner && isLive(owner)) throw folderInUseError(folder, owner.pid)
}

function isLive(owner: Owner | undefined): boolean {
  return owner !== undefined && isAlive(owner.pid) && startMark(owner.pid) === owner.mark
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner
  } catch {
    return undefined
  }
}
