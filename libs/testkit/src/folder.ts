import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Folder = { readonly path: string; remove(): void }

/** A folder of one's own under the system's temporary one. */
export function createFolder(name: string): Folder {
  const path = mkdtempSync(join(tmpdir(), `emotibot-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}
