import { createHash } from 'node:crypto'

/**
 * What an idempotency key is tied to: a hash of the body, the same however its fields are ordered. Secrets are left
 * out, so a stored hash gives nobody a way to try passwords. Hex, 64 characters; both sides make the same.
 */
export function hashBody(body: unknown, secrets: readonly string[] = []): string {
  return createHash('sha256')
    .update(canonical(withoutSecrets(body, secrets)))
    .digest('hex')
}

function withoutSecrets(body: unknown, secrets: readonly string[]): unknown {
  if (!isRecord(body)) return body
  return Object.fromEntries(Object.entries(body).filter(([field]) => !secrets.includes(field)))
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null'
  const fields = Object.keys(value).sort()
  return `{${fields.map((field) => `${JSON.stringify(field)}:${canonical(value[field])}`).join(',')}}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
