import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import type { Static, TSchema } from 'typebox'

const shared = { allErrors: false, strict: false, useDefaults: true, removeAdditional: false } as const

/** Bodies are taken as they are: `1` is not `"1"`, and a field nobody knows is an error. */
const exact = new Ajv({ ...shared, coerceTypes: false })
/** Paths and queries are text by nature, so `limit=20` becomes 20. */
const fromText = new Ajv({ ...shared, coerceTypes: true })

/** Validates requests by the contract's schemas. */
export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const validate: ValidateFunction = (httpPart === 'body' ? exact : fromText).compile(schema)
  return (value: unknown) => {
    if (validate(value)) return { value }
    return { error: new Error(explain(validate.errors?.[0], httpPart ?? 'request')) }
  }
}

/** Checks what does not come as a request (an item of a batch, a frame of a socket) exactly as a request's body is checked. */
export function createCheck<S extends TSchema>(schema: S): (value: unknown) => value is Static<S> {
  const validate = exact.compile(schema)
  return (value): value is Static<S> => validate(value)
}

/** Says which field is wrong and why, without quoting what was sent. */
function explain(error: ErrorObject | undefined, part: string): string {
  if (!error) return `The ${part} is not valid.`
  const field = error.instancePath.slice(1).replaceAll('/', '.')
  const subject = field === '' ? `The ${part}` : `"${field}" in the ${part}`
  const { keyword, params, message } = error
  if (keyword === 'additionalProperties')
    return `${subject} has the unknown field "${String(params['additionalProperty']).slice(0, 64)}".`
  if (keyword === 'required') return `${subject} lacks the field "${params['missingProperty']}".`
  if (keyword === 'pattern') return `${subject} holds characters or a form that is not allowed.`
  if (keyword === 'enum')
    return `${subject} must be one of ${(params['allowedValues'] as unknown[]).join(', ')}.`
  return `${subject} ${message ?? 'is not valid'}.`
}
