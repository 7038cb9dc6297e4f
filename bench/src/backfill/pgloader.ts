import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

export const hasPgloader = (): boolean => spawnSync('pgloader', ['--version']).error === undefined

export type Loading = {
  readonly file: string
  readonly databaseUrl: string
  readonly tables: readonly string[]
  /** Where its commands are kept. */
  readonly commandFile: string
}

/** Loads tables with their rows and indexes, as pgloader does it by itself. Rejects with its words when it fails. */
export async function runPgloader({ file, databaseUrl, tables, commandFile }: Loading): Promise<void> {
  const only = tables.map((table) => `'${table}'`).join(', ')
  const target = databaseUrl.replace('postgres://', 'postgresql://')
  writeFileSync(
    commandFile,
    `load database from sqlite://${file} into ${target}
     with include drop, create tables, create indexes, reset sequences
     including only table names like ${only};\n`,
  )
  const child = spawn('pgloader', ['--on-error-stop', commandFile], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  if (code !== 0) throw new Error(`pgloader ended with ${code}: ${complained || said}`)
}
