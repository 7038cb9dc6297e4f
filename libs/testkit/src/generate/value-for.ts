import fc from 'fast-check'
import type { TSchema } from 'typebox'

/** The parts of JSON Schema that the contract uses. */
type Schema = {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

const MOST_ITEMS = 20

/** Values that fit a schema of the contract. */
export function valueFor(schema: TSchema): fc.Arbitrary<unknown> {
  return fitting(schema as Schema)
}

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => fitting({ ...schema, type })))
  switch (schema.type) {
    case 'string':
      return text(schema)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000 })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return items(schema)
    case 'object':
      return object(schema)
    default:
      return fc.jsonValue()
  }
}

function items({ items: item = {}, minItems = 0, maxItems = MOST_ITEMS }: Schema): fc.Arbitrary<unknown> {
  return fc.array(fitting(item), { minLength: minItems, maxLength: Math.min(maxItems, MOST_ITEMS) })
}

function object({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, fitting(schema)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] })
}

/** Patterns are met by trying: every form the contract asks for is among what is tried. */
function text({ pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<unknown> {
  const form = pattern === undefined ? null : new RegExp(pattern, 'u')
  return anyText(maxLength).filter(
    (value) => value.length >= minLength && value.length <= maxLength && (form?.test(value) ?? true),
  )
}

const FEELINGS = 'I am so very not happy sad angry afraid surprised tired today and yesterday !'.split(' ')

function anyText(maxLength: number): fc.Arbitrary<string> {
  const word = fc.stringMatching(/^[a-z0-9]{1,12}$/)
  return fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: Math.min(maxLength, 80) }),
    fc.string({ unit: 'binary-ascii', maxLength: Math.min(maxLength, 30) }),
    fc.array(fc.constantFrom(...FEELINGS), { minLength: 1, maxLength: 12 }).map((words) => words.join(' ')),
    word,
    fc.tuple(word, word).map(([name, host]) => `${name}@${host}.example`),
    fc.integer({ min: 1, max: 1e9 }).map(String),
    fc.uuid(),
    fc
      .tuple(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), fc.uuid())
      .map(([date, id]) => `${date.toISOString()}_${id}`),
    fc.tuple(fc.uuid(), fc.integer({ min: 1, max: 9 })).map(([id, revision]) => `${id}.${revision}`),
  )
}
