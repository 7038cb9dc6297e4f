/**
 * What of a released contract a new one breaks. A released version only ever gains: routes, optional request fields,
 * response fields, accepted values. Works on two OpenAPI documents of ours; answers one sentence a break.
 */

type Schema = {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: unknown[]
  maxLength?: number
  maxItems?: number
  pattern?: string
}
type Content = { content?: Record<string, { schema?: Schema }> }
type Operation = {
  operationId: string
  security: unknown[]
  parameters: { name: string; in: string; required: boolean; schema: Schema }[]
  requestBody?: Content
  responses: Record<string, Content>
}
type Document = { paths?: Record<string, Record<string, Operation>> }

export function findBreaks(released: object, proposed: object): string[] {
  const proposedOperations = operationsOf(proposed)
  return [...operationsOf(released)].flatMap(([place, before]) => {
    const after = proposedOperations.get(place)
    if (!after) return [`${place} is gone`]
    return [
      ...breaksOfAccess(before, after),
      ...breaksOfRequest(before, after),
      ...breaksOfAnswers(before, after),
    ].map((sentence) => `${before.operationId}: ${sentence}`)
  })
}

function operationsOf(document: Document): Map<string, Operation> {
  const found = new Map<string, Operation>()
  for (const [path, operations] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(operations))
      found.set(`${method.toUpperCase()} ${path}`, operation)
  return found
}

/** No security is public; one that allows `{}` takes guests. */
function breaksOfAccess(before: Operation, after: Operation): string[] {
  const strictness = ({ security }: Operation) =>
    security.length === 0 ? 0 : security.some((way) => Object.keys(way as object).length === 0) ? 1 : 2
  return strictness(after) > strictness(before) ? ['asks for more identity than it did'] : []
}

function breaksOfRequest(before: Operation, after: Operation): string[] {
  const asObject = ({ parameters }: Operation): Schema => ({
    type: 'object',
    properties: Object.fromEntries(parameters.map((each) => [`${each.in} ${each.name}`, each.schema])),
    required: parameters.filter((each) => each.required).map((each) => `${each.in} ${each.name}`),
  })
  const bodyBefore = schemaOf(before.requestBody)
  const bodyAfter = schemaOf(after.requestBody)
  return [
    ...breaksWhenSent(asObject(before), asObject(after), 'parameter'),
    ...(bodyAfter ? breaksWhenSent(bodyBefore ?? {}, bodyAfter, 'body') : []),
  ]
}

function breaksOfAnswers(before: Operation, after: Operation): string[] {
  return Object.entries(before.responses).flatMap(([status, answer]) => {
    const now = after.responses[status]
    if (!now) return Number(status) < 400 ? [`no longer answers ${status}`] : []
    return breaksWhenRead(schemaOf(answer) ?? {}, schemaOf(now) ?? {}, `answer ${status}`)
  })
}

const schemaOf = (content: Content | undefined) => Object.values(content?.content ?? {})[0]?.schema

/** What a client sends by the old schema must be taken by the new one. */
function breaksWhenSent(before: Schema, after: Schema, at: string): string[] {
  const added = (after.required ?? []).filter((name) => !(before.required ?? []).includes(name))
  return [
    ...added.map((name) => `${at} now requires ${name}`),
    ...ofType(before, after, at),
    ...(before.enum ?? [])
      .filter((word) => after.enum && !after.enum.includes(word))
      .map((word) => `${at} refuses ${String(word)}`),
    ...(after.pattern !== undefined && after.pattern !== before.pattern ? [`${at} has another pattern`] : []),
    ...(['maxLength', 'maxItems'] as const)
      .filter((key) => (after[key] ?? Infinity) < (before[key] ?? Infinity))
      .map((key) => `${at} has a smaller ${key}`),
    ...inside(before, after, (was, is, name) =>
      is ? breaksWhenSent(was, is, `${at}.${name}`) : [`${at} no longer takes ${name}`],
    ),
  ]
}

/** What a client reads by the old schema must still be there. */
function breaksWhenRead(before: Schema, after: Schema, at: string): string[] {
  const lost = (before.required ?? []).filter(
    (name) => after.properties?.[name] && !(after.required ?? []).includes(name),
  )
  return [
    ...lost.map((name) => `${at} no longer always has ${name}`),
    ...ofType(before, after, at),
    ...(after.enum ?? [])
      .filter((word) => before.enum && !before.enum.includes(word))
      .map((word) => `${at} may now be ${String(word)}`),
    ...inside(before, after, (was, is, name) =>
      is ? breaksWhenRead(was, is, `${at}.${name}`) : [`${at} lost ${name}`],
    ),
  ]
}

function ofType(before: Schema, after: Schema, at: string): string[] {
  return String(before.type ?? '') === String(after.type ?? '') || before.type === undefined
    ? []
    : [`${at} is of another type`]
}

function inside(
  before: Schema,
  after: Schema,
  compare: (was: Schema, is: Schema | undefined, name: string) => string[],
): string[] {
  const properties = Object.entries(before.properties ?? {}).flatMap(([name, was]) =>
    compare(was, after.properties?.[name], name),
  )
  return before.items ? [...properties, ...compare(before.items, after.items, '*')] : properties
}
