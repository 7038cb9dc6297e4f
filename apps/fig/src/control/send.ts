import {
  type ControlKey,
  type ControlRoute,
  controlRoutes,
  type ErrorBody,
  type Plan,
} from '@emotibot/contracts'
import { noAnswerError, nothingRunsError, outcomeUnknownError } from '../errors.ts'
import { errorOfAnswer } from './error-of-answer.ts'
import type { ControlAddress } from './find-control.ts'

type Words = Readonly<Record<string, string>>
export type Input = { readonly body?: unknown; readonly query?: Words; readonly params?: Words }
export type ErrorAnswer = Partial<ErrorBody> & { readonly plan?: Plan }

/** A flip may wait for a fence; nothing of the control API waits longer. */
const ANSWER_WITHIN_MS = 60_000

/** Calls a control route and gives its answer's body. Throws a FigError for everything else. */
export async function send(address: ControlAddress, key: ControlKey, input: Input = {}): Promise<unknown> {
  const route: ControlRoute = controlRoutes[key]
  const answer = await request(address, key, input)
  const text = await answer.text().catch(() => Promise.reject(lostError(route)))
  if (answer.ok) return parse(text) ?? Promise.reject(lostError(route))
  throw errorOfAnswer(route, answer.status, (parse(text) ?? {}) as ErrorAnswer)
}

/** Connects and sends; tells a request that never left from one whose answer was lost. */
export async function request(address: ControlAddress, key: ControlKey, input: Input): Promise<Response> {
  const route: ControlRoute = controlRoutes[key]
  const url = new URL(pathOf(route, input), address.url)
  for (const [name, value] of Object.entries(input.query ?? {})) url.searchParams.set(name, value)
  try {
    return await fetch(url, {
      method: route.method,
      headers: headersOf(address, input),
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      ...(key === 'watch' ? {} : { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }),
    })
  } catch (cause) {
    throw neverLeft(cause) ? nothingRunsError(changesSomething(route)) : lostError(route)
  }
}

/** `/control/flips/:flip/abort` → `/control/flips/f7/abort` */
function pathOf({ path }: ControlRoute, { params = {} }: Input): string {
  return path.replaceAll(/:([a-z]+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''))
}

function headersOf({ token }: ControlAddress, { body }: Input): Record<string, string> {
  const authorization = { authorization: `Bearer ${token}` }
  return body === undefined ? authorization : { ...authorization, 'content-type': 'application/json' }
}

/** An operator's routes act; a viewer's only look. */
export function changesSomething(route: ControlRoute): boolean {
  return route.role === 'operator'
}

function lostError(route: ControlRoute) {
  return changesSomething(route) ? outcomeUnknownError(route.key) : noAnswerError('the connection was lost')
}

const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

function neverLeft(cause: unknown): boolean {
  const inner: unknown = cause instanceof Error ? cause.cause : undefined
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined
  return typeof code === 'string' && NEVER_LEFT.has(code)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
