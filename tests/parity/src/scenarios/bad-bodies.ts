import { type RouteKey, routeOf } from '@emotibot/contracts'
import type { CallInput, Journey } from '../journey/journey.ts'

const NESTED = 2_000

type Spoiled = {
  readonly note: string
  readonly raw: Buffer | string
  readonly headers?: CallInput['headers']
}

/** A good body of a route, spoiled in every way the contract has an answer to. */
export function spoiledBodies(route: RouteKey, good: Readonly<Record<string, unknown>>): Spoiled[] {
  const limit = routeOf(route).bodyLimitBytes
  return [
    { note: 'no body', raw: '' },
    { note: 'half a JSON', raw: JSON.stringify(good).slice(0, -3) },
    ...['null', '[]', '5', '"text"', 'true', '{}'].map((raw) => ({ note: `a body of ${raw}`, raw })),
    { note: 'an unknown field', raw: JSON.stringify({ ...good, surprise: 1 }) },
    { note: 'a __proto__ field', raw: `{"__proto__":{"a":1},${JSON.stringify(good).slice(1)}` },
    { note: 'deep nesting', raw: `${'['.repeat(NESTED)}${']'.repeat(NESTED)}` },
    { note: 'an oversize body', raw: JSON.stringify({ ...good, filler: 'x'.repeat(limit) }) },
    { note: 'bytes that are no UTF-8', raw: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
    { note: 'text instead of JSON', raw: 'text', headers: [['content-type', 'text/plain']] },
    { note: 'a form', raw: 'text=hello', headers: [['content-type', 'application/x-www-form-urlencoded']] },
    { note: 'two content types', raw: JSON.stringify(good), headers: TWO_TYPES },
    ...Object.keys(good).flatMap((field) => spoiledField(good, field)),
  ]
}

const TWO_TYPES = [
  ['content-type', 'application/json'],
  ['content-type', 'application/json'],
] as const

function spoiledField(good: Readonly<Record<string, unknown>>, field: string): Spoiled[] {
  const values = [
    'null',
    '[]',
    '{}',
    '5',
    '""',
    '"   "',
    '"nul \\u0000"',
    '"lone \\ud800"',
    '"lone \\udc00 too"',
  ]
  const tooLong = JSON.stringify('x'.repeat(10_001))
  const { [field]: _, ...without } = good
  return [
    { note: `without ${field}`, raw: JSON.stringify(without) },
    ...[...values, tooLong].map((value) => ({
      note: `${field} is ${value.slice(0, 20)}`,
      raw: `${JSON.stringify({ ...without }).slice(0, -1)}${Object.keys(without).length > 0 ? ',' : ''}"${field}":${value}}`,
    })),
  ]
}

/** Sends each of them. */
export async function sendSpoiled(
  journey: Journey,
  route: RouteKey,
  input: CallInput & { good: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { good, ...rest } = input
  for (const { note, raw, headers } of spoiledBodies(route, good))
    await journey.call(route, { ...rest, raw, note: `${route}: ${note}`, ...(headers ? { headers } : {}) })
}
