import type { TSchema } from 'typebox'
import { controlRoutes } from '../control/routes.ts'
import { ERRORS } from '../errors.ts'
import { EVENTS } from '../events.ts'
import { FRAMES_IN, FRAMES_OUT } from '../frames.ts'
import { INTERNAL_PATHS, JWKS_PATH, SESSION_PATH } from '../internal.ts'
import { MOVER_PATHS } from '../mover.ts'
import { DOMAINS, type RouteDefinition } from '../route.ts'
import { routeList } from '../routes/index.ts'

/** `docs/API.md`, made from the contract. */
export function renderApiDocument(): string {
  return [
    '# The API',
    '',
    'Generated from `libs/contracts` by `npm run generate`; change it there. The same contract as OpenAPI 3.1: `docs/openapi.json`.',
    ...DOMAINS.flatMap(domainSection),
    ...socketSection(),
    ...errorSection(),
    ...internalSection(),
    '',
  ].join('\n')
}

function domainSection(domain: string): string[] {
  const routes = routeList.filter((route) => route.domain === domain)
  const header = ['| key | operation | who | effect | write group | retry |', '|---|---|---|---|---|---|']
  return ['', `## ${domain}`, '', ...header, ...routes.map(routeRow), ...routes.flatMap(routeDetail)]
}

function routeRow({ key, method, path, access, effect, group, retry }: RouteDefinition): string {
  return `| ${key} | \`${method} ${path}\` | ${access} | ${effect} | ${group ?? ''} | ${retry} |`
}

function routeDetail(route: RouteDefinition): string[] {
  const takes = [
    ...(route.query ? [`- query ${shape(route.query)}`] : []),
    ...(route.body ? [`- body ${shape(route.body)}, at most ${route.bodyLimitBytes / 1024} KiB`] : []),
  ]
  const answers = Object.entries(route.success).map(
    ([status, { schema, description }]) => `- ${status}${schema ? ` ${shape(schema)}` : ''}: ${description}`,
  )
  const errors = route.errors.length > 0 ? [`- errors: ${route.errors.join(', ')}`] : []
  return ['', `### ${route.key}`, '', route.summary, '', ...takes, ...answers, ...errors]
}

function socketSection(): string[] {
  const rows = (frames: Record<string, TSchema>) => Object.values(frames).map((frame) => `- ${shape(frame)}`)
  return [
    '',
    '## Socket frames',
    '',
    'In:',
    '',
    ...rows(FRAMES_IN),
    '',
    'Out (those with an `event_id` are durable and resume):',
    '',
    ...rows(FRAMES_OUT),
    '',
    'Closes: 4001 sign in again, 4008 too slow, 4009 over a limit, 4012 reconnect.',
  ]
}

function errorSection(): string[] {
  const rows = Object.entries(ERRORS).map(([code, { status, error }]) => `| ${code} | ${status} | ${error} |`)
  const shapeLine = 'Every error is `{ error, code, message, request_id }`; programs read `code`.'
  return ['', '## Errors', '', shapeLine, '', '| code | status | error |', '|---|---|---|', ...rows]
}

function internalSection(): string[] {
  const control = Object.values(controlRoutes).map(
    ({ method, path, role, summary }) => `| \`${method} ${path}\` | ${role} | ${summary} |`,
  )
  return [
    '',
    '## Internal',
    '',
    'Never reachable through the facade.',
    '',
    ...Object.entries(INTERNAL_PATHS).map(([name, path]) => `- ${name}: \`GET ${path}\` on every process`),
    `- jwks: \`GET ${JWKS_PATH}\` on the auth service`,
    ...Object.entries(MOVER_PATHS).map(
      ([name, path]) => `- ${name}: \`${name === 'status' ? 'GET' : 'POST'} ${path}\` on the mover`,
    ),
    `- session: \`POST ${SESSION_PATH}\` on the monolith and the auth service`,
    '',
    'The control API, on a port of its own, with an operator token as bearer:',
    '',
    '| operation | role | |',
    '|---|---|---|',
    ...control,
    '',
    'Domain events:',
    '',
    ...Object.entries(EVENTS).map(([name, schema]) => `- ${name} ${shape(schema)}`),
  ]
}

type AnySchema = {
  type?: string | string[]
  properties?: Record<string, AnySchema>
  required?: string[]
  items?: AnySchema
  enum?: string[]
  const?: unknown
}

/** A schema as a person would write it: `{a, b?, list: [{c}]}`. */
function shape(schema: TSchema | AnySchema): string {
  const { type, properties, required = [], items, enum: words, const: constant } = schema as AnySchema
  if (properties) {
    const fields = Object.entries(properties).map(([name, value]) => {
      const inner = isNested(value) ? `: ${shape(value)}` : ''
      return `${name}${required.includes(name) ? '' : '?'}${inner}`
    })
    return wrap(`{${fields.join(', ')}}`)
  }
  if (items) return wrap(`[${shape(items)}]`)
  if (constant !== undefined) return wrap(`"${String(constant)}"`)
  if (words) return wrap(words.join(' \\| '))
  return wrap(Array.isArray(type) ? type.join(' \\| ') : (type ?? 'any'))
}

const isNested = (schema: AnySchema) =>
  Boolean(schema.properties ?? schema.items ?? schema.enum) || schema.const !== undefined
const wrap = (text: string) => `\`${text.replaceAll('`', '')}\``
