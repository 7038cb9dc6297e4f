import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROLES, type Role } from '@emotibot/contracts'

const tokenOf = (role: Role): string => `${role}-token-of-the-testkit`

export const OPERATOR_TOKEN = tokenOf('operator')
export const VIEWER_TOKEN = tokenOf('viewer')

/** Writes one operator of each role, named after it, and gives the file's path. */
export function writeOperators(folder: string): string {
  const file = join(folder, 'operators.json')
  const operators = ROLES.map((role) => ({
    name: role,
    role,
    token_sha256: createHash('sha256').update(tokenOf(role)).digest('hex'),
  }))
  writeFileSync(file, JSON.stringify(operators), { mode: 0o600 })
  return file
}
