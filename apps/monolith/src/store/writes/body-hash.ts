import { createHash } from 'node:crypto'

/** What two requests must have in common to be one: parameters and body, the order of fields aside, secrets left out. */
export function bodyHash(params: unknown, body: unknown, secrets: readonly string[]): string {
  const told = isRecord(body) ? Object.fromEntries(withoutSecrets(body, secrets)) : body
  return createHash('sha256')
    .update(canonicalJson([params, told]))
    .digest('hex')
}

function withoutSecrets(body: Record<string, unknown>, secrets: readonly string[]): [string, unknown][] {
  return Object.entries(body).filter(([field]) => !secrets.includes(field))
}

/** JSON with the fields of every object in order, so that two spellings of one body are equal. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) => {
    if (!isRecord(held)) return held
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
