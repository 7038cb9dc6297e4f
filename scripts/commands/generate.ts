// npm run generate [-- --check]: writes the generated files, or says which are not current.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { generators } from '../generate/generators.ts'
import { inRepository } from '../stack/places.ts'

const isCheck = process.argv.includes('--check')
const stale: string[] = []

for (const { file, render } of generators) {
  const path = inRepository(file)
  const text = await render()
  if (read(path) === text) continue
  stale.push(file)
  if (!isCheck) write(path, text)
}

for (const file of stale) process.stdout.write(isCheck ? `${file} is not current\n` : `wrote ${file}\n`)
if (isCheck && stale.length > 0) {
  process.stdout.write('Run: npm run generate\n')
  process.exit(1)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
