import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

export type Source = { readonly file: string; readonly text: string }

/** Everything a browser gets of the page, as it is in the tree. */
export function pageSources(): Source[] {
  const files = globSync('apps/monolith/src/ui/page/**/*.{js,html}', { cwd: ROOT })
  return files
    .filter((file) => !file.endsWith('.test.js'))
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))
}
