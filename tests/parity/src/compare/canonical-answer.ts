import { POSITION_COOKIE, type RouteKey, routeOf, VISITOR_COOKIE } from '@emotibot/contracts'
import type { RawAnswer } from '@emotibot/testkit'
import { maskPaths, maskText } from './mask.ts'
import type { Naming } from './naming.ts'

/** An answer with all that differs by nature written as its kind: two sides agree when these are equal. */
export type Canonical = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Headers that are part of the contract; the rest (dates, connection, ids) is a process's own business. */
const COMPARED_HEADERS = [
  'content-type',
  'content-disposition',
  'content-security-policy',
  'cache-control',
  'location',
  'retry-after',
  'set-cookie',
  'x-content-type-options',
]

const ERROR_PATHS = ['request_id']

export function canonicalAnswer(key: RouteKey, answer: RawAnswer, naming: Naming): Canonical {
  return {
    status: answer.status,
    body: canonicalBody(key, answer, naming),
    headers: canonicalHeaders(answer, naming),
  }
}

function canonicalBody(key: RouteKey, { status, headers, body }: RawAnswer, naming: Naming): string {
  const { compare, volatile } = routeOf(key).parity
  const text = body.toString('utf8')
  const isError = status >= 400
  if (compare === 'bytes' && !isError) return text
  if (!/json/.test(headerOf(headers, 'content-type'))) return maskText(text, naming)
  const parsed = parse(text)
  if (parsed === undefined) return text
  // Spacing, escapes and spellings of numbers (1.0) are bytes too: what is written otherwise is compared as text.
  if (JSON.stringify(parsed) !== text) return maskText(text, naming)
  return JSON.stringify(maskPaths(parsed, isError ? ERROR_PATHS : volatile, naming))
}

function canonicalHeaders({ headers }: RawAnswer, naming: Naming): Record<string, string> {
  const compared = headers
    .filter(([name, value]) => COMPARED_HEADERS.includes(name) && !isOfTheDoor(value))
    .map(([name, value]) => [
      name,
      name === 'set-cookie' ? canonicalCookie(value, naming) : maskText(value, naming),
    ])
  return Object.fromEntries(compared.sort())
}

/** Cookies that the front door sets, whichever side answers. */
const isOfTheDoor = (value: string): boolean =>
  [VISITOR_COOKIE, POSITION_COOKIE].some((name) => value.startsWith(`${name}=`))

/** Name, kind of the value, and every attribute in its place. */
function canonicalCookie(cookie: string, naming: Naming): string {
  const [pair = '', ...attributes] = cookie.split(/; */)
  const at = pair.indexOf('=')
  return [`${pair.slice(0, at)}=${naming(pair.slice(at + 1))}`, ...attributes].join('; ')
}

export function headerOf(headers: RawAnswer['headers'], name: string): string {
  return headers.find(([given]) => given === name)?.[1] ?? ''
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
