import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseSnapshotOrThrow, type Snapshot, serializeSnapshot } from '@emotibot/flags'
import type { Logger } from '@emotibot/service-kit'

/** The last snapshot, on disk, for a start without the ledger. Null when there is none, or it is damaged. */
export async function readSnapshotFile(file: string, logger: Logger): Promise<Snapshot | null> {
  try {
    return parseSnapshotOrThrow(await readFile(file, 'utf8'))
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing) logger.warn({ err: error, file }, 'the kept snapshot cannot be read and is ignored')
    return null
  }
}

/** Written beside and renamed, so that whoever reads finds the old one or the new one, never half of one. */
export async function writeSnapshotFile(file: string, snapshot: Snapshot, logger: Logger): Promise<void> {
  const draft = `${file}.${randomUUID()}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(draft, serializeSnapshot(snapshot), { mode: 0o600, flush: true })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    logger.warn({ err: error, file }, 'the snapshot could not be kept on disk')
  }
}
