import {
  ERRORS,
  ErrorBody,
  type ErrorCode,
  INTERNAL_PATHS,
  type RouteDefinition,
  type RouteKey,
  routeOf,
} from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'
import type { RawAnswer } from '@emotibot/testkit'

/** Codes any route may answer: they are about HTTP, not about the route. */
const OF_EVERY_ROUTE: readonly ErrorCode[] = [
  'BAD_REQUEST',
  'TOO_LARGE',
  'RATE_LIMITED',
  'FORBIDDEN_ORIGIN',
  'UNAUTHENTICATED',
]
/** What the inside of a process looks like when it leaks. */
const LEAK = /node_modules|\bat \S+ \(|SQLITE_|ECONNREFUSED|postgres:\/\/|password_hash|file:\/\/\//

const isErrorBody = createCheck(ErrorBody)
const checks = new Map<unknown, (value: unknown) => boolean>()

/** What is wrong with an answer to a route of the contract; null when it is one the contract has. */
export function judgeAnswer(key: RouteKey, answer: RawAnswer): string | null {
  const route = routeOf(key)
  return answer.status >= 400
    ? judgeError(answer, [...route.errors, ...OF_EVERY_ROUTE])
    : judgeSuccess(route, answer)
}

/** What is wrong with an answer to a request that is meant for no route: all but the page is an error. */
export function judgeStray(path: string, answer: RawAnswer): string | null {
  if (answer.status >= 400) return judgeError(answer)
  const isInside =
    Object.values(INTERNAL_PATHS).some((inside) => path.includes(inside)) || path.includes('/control/')
  return isInside ? `${path} is not for the outside, and answered ${answer.status}` : null
}

function judgeError({ status, body }: RawAnswer, allowed?: readonly ErrorCode[]): string | null {
  const text = body.toString('utf8')
  if (status >= 500) return `a server error: ${status} ${text.slice(0, 200)}`
  if (LEAK.test(text)) return `an answer that shows the inside: ${text.slice(0, 200)}`
  if (text === '') return null
  const parsed = parse(text)
  if (!isErrorBody(parsed)) return `an error of another shape: ${text.slice(0, 200)}`
  const code = Object.keys(ERRORS).find((known): known is ErrorCode => known === parsed.code)
  if (!code || ERRORS[code].status !== status) return `${parsed.code} does not go with ${status}`
  if (ERRORS[code].error !== parsed.error) return `the legacy text of ${code} is another: ${parsed.error}`
  return allowed && !allowed.includes(code) ? `the route does not declare ${code}: ${parsed.message}` : null
}

function judgeSuccess(
  { success, key }: RouteDefinition,
  { status, headers, body }: RawAnswer,
): string | null {
  const declared = success[status]
  if (!declared) return `${key} does not declare ${status}`
  if (declared.schema === null) return body.length === 0 ? null : `${status} has a body`
  const isJson = headers.some(([name, value]) => name === 'content-type' && value.includes('json'))
  if (!isJson) return null
  const check = checks.get(declared.schema) ?? createCheck(declared.schema)
  checks.set(declared.schema, check)
  return check(parse(body.toString('utf8')))
    ? null
    : `a body that is not the schema's: ${body.toString('utf8').slice(0, 200)}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
