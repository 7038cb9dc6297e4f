import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { removeEmbeddedPostgres } from '@emotibot/db'
import { writeLegacyFile } from '../seed/legacy-file.ts'
import { pronounceable } from '../seed/pronounceable.ts'
import { ROOT } from '../stack/places.ts'
import { clusterFolder } from '../stack/postgres-part.ts'
import { readOrMakeSecrets, type Secrets, writeOperators } from '../stack/secrets.ts'

/** Deletes what earlier starts kept; the claim on the folder, which is ours by now, stays. */
export async function wipe(dataDir: string): Promise<void> {
  await removeEmbeddedPostgres(clusterFolder(dataDir))
  for (const entry of readdirSync(dataDir)) {
    if (entry !== 'owner.json') rmSync(join(dataDir, entry), { recursive: true, force: true })
  }
}

/**
 * Secrets, operators and, the first time, the seed. A file that somebody put in the seed's place
 * before the first start is left as it is.
 */
export function prepareData(dataDir: string): Secrets {
  mkdirSync(dataDir, { recursive: true })
  const path = sqliteFile(dataDir)
  const secrets = readOrMakeSecrets(dataDir, () => (existsSync(path) ? null : pronounceable()))
  const password = secrets.demo_password
  if (password !== null && !existsSync(path)) writeLegacyFile({ path, password, now: new Date() })
  writeOperators(join(dataDir, 'operators.json'), secrets.operator_token)
  return { ...secrets, legacy_jwt_secret: process.env['LEGACY_JWT_SECRET'] || secrets.legacy_jwt_secret }
}

function sqliteFile(dataDir: string): string {
  return resolve(ROOT, process.env['EMOTIBOT_SQLITE_FILE'] || join(dataDir, 'monolith.sqlite'))
}
