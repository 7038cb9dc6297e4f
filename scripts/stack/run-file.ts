import { readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivate } from './secrets.ts'

/** What a running stack tells other programs. Field names are a public interface (DESIGN §11). */
export type RunFile = {
  facade: string
  control: string
  console: string
  apps: Record<string, { url: string; pid: number }>
  operator_token: string
  /** Where `npm run app` speaks to the supervisor. */
  supervisor: { url: string; token: string; pid: number }
}

const pathOf = (dataDir: string): string => join(dataDir, 'run.json')

/** Replaced as a whole: nobody reads half of it. */
export function writeRunFile(dataDir: string, run: RunFile): void {
  const draft = `${pathOf(dataDir)}.draft`
  writePrivate(draft, run)
  renameSync(draft, pathOf(dataDir))
}

export function readRunFile(dataDir: string): RunFile | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(dataDir), 'utf8')) as RunFile
  } catch {
    return undefined
  }
}

export function removeRunFile(dataDir: string): void {
  rmSync(pathOf(dataDir), { force: true })
}
