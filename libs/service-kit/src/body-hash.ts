import { createHash } from 'node:crypto'

/**
 * What two requests must have in common to be one, as an idempotency key asks: parameters (none is `{}`, `null` or
 * `undefined`) and body, however their fields are ordered. Secrets of the body are left out, so a kept hash gives nobody a way to try passwords. Hex; both
 * sides make the same, for the rows that hold it are replicated.
 */
export function bodyHash(params: unknown, body: unknown, secrets: readonly string[] = []): string {
  const told = isRecord(body) ? Object.fromEntries(withoutSecrets(body, secrets)) : body
  return createHash('sha256')
    .update(canonicalJson([params ?? {}, told ?? null]))
    .digest('hex')
}

function withoutSecrets(body: Record<string, unknown>, secrets: readonly string[]): [string, unknown][] {
  return Object.entries(body).filter(([field]) => !secrets.includes(field))
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) => {
    if (!isRecord(held)) return held
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
