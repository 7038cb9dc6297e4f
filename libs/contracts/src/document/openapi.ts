import type { TObject, TSchema } from 'typebox'
import { ERRORS, ErrorBody } from '../errors.ts'
import type { RouteDefinition } from '../route.ts'
import { routeList } from '../routes/index.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of the public contract, made from the routes and nothing else. */
export function buildOpenApi(): Json {
  const paths: Record<string, Json> = {}
  for (const route of routeList) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{file}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'EmotiBot',
      version: '1.0.0',
      description: 'The public contract, version 1. The monolith and the services answer it alike.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { ErrorBody: plain(ErrorBody) },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: 'emotibot_session' },
      },
    },
  }
}

function operation(route: RouteDefinition): Json {
  return {
    operationId: route.key,
    tags: [route.domain],
    summary: route.summary,
    security:
      route.access === 'public'
        ? []
        : [{ bearer: [] }, { session: [] }, ...(route.access === 'guest' ? [{}] : [])],
    parameters: [...pathParameters(route), ...queryParameters(route), ...keyHeader(route)],
    ...(route.body ? { requestBody: { required: true, content: json(route.body) } } : {}),
    responses: { ...successes(route), ...failures(route) },
    'x-effect': route.effect,
    'x-access': route.access,
    ...(route.group ? { 'x-write-group': route.group } : {}),
  }
}

/** A TypeBox schema as plain JSON: what JSON keeps of it is exactly JSON Schema. */
const plain = (schema: TSchema): unknown => JSON.parse(JSON.stringify(schema))
const json = (schema: TSchema, contentType = 'application/json') => ({
  [contentType]: { schema: plain(schema) },
})

function parameters(schema: TObject | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return []
  const required = new Set<string>((schema as { required?: string[] }).required ?? [])
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.has(name),
    schema: plain(property as TSchema),
  }))
}

const queryParameters = (route: RouteDefinition) => parameters(route.query, 'query')

function pathParameters(route: RouteDefinition): Json[] {
  if (!route.path.endsWith('*')) return parameters(route.params, 'path')
  return [{ name: 'file', in: 'path', required: true, schema: { type: 'string' } }]
}

function keyHeader(route: RouteDefinition): Json[] {
  if (route.retry !== 'keyed') return []
  const description = 'One per intended effect; a retry under it gets the first answer. Kept 24 hours.'
  return [{ name: 'Idempotency-Key', in: 'header', required: false, description, schema: { type: 'string' } }]
}

function successes(route: RouteDefinition): Json {
  return Object.fromEntries(
    Object.entries(route.success).map(([status, { schema, contentType, description }]) => [
      status,
      { description, ...(schema ? { content: json(schema, contentType) } : {}) },
    ]),
  )
}

function failures(route: RouteDefinition): Json {
  const byStatus = new Map<number, string[]>()
  for (const code of [...route.errors, 'RATE_LIMITED', 'UPSTREAM_BAD', 'BUSY', 'TIMEOUT'] as const) {
    const { status } = ERRORS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [status, { description: codes.join(', '), content }]),
  )
}
