import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Made at the first start and kept: another secret would sign everybody out. */
export type Secrets = {
  legacy_jwt_secret: string
  operator_token: string
  /** What the demo visitors' passwords are made from. */
  visitors_secret: string
  /** Of the demo user; null when somebody brought a file of their own. */
  demo_password: string | null
}

export function readOrMakeSecrets(dataDir: string, makeDemoPassword: () => string | null): Secrets {
  const file = join(dataDir, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets
  const secrets: Secrets = {
    legacy_jwt_secret: randomBytes(32).toString('base64url'),
    operator_token: randomBytes(24).toString('base64url'),
    visitors_secret: randomBytes(24).toString('base64url'),
    demo_password: makeDemoPassword(),
  }
  writePrivate(file, secrets)
  return secrets
}

/** The operators the facade knows: it gets the hash of the token, never the token. */
export function writeOperators(file: string, token: string): void {
  const token_sha256 = createHash('sha256').update(token).digest('hex')
  writePrivate(file, [{ name: 'operator', role: 'operator', token_sha256 }])
}

/** Readable by its owner only. */
export function writePrivate(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
}
