import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's own folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A file of the repository, by its path from the root. */
export const inRepository = (...path: string[]): string => join(ROOT, ...path)

/** Where everything kept on disk lies: `EMOTIBOT_DATA_DIR`, `.data` in the repository by default. */
export const dataFolder = (): string => resolve(ROOT, process.env['EMOTIBOT_DATA_DIR'] || '.data')
