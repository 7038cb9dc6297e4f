import type { Static, TSchema } from 'typebox'
import type { ErrorBody } from '../errors.ts'
import { type RouteKey, type Routes, routeOf, routes } from '../routes/index.ts'

type Part<R, Name extends string> = R extends { readonly [N in Name]: infer S extends TSchema }
  ? { [N in Name]: Static<S> }
  : unknown

/** What a route takes: body, path parameters and query as its schemas say, and headers of one's own. */
export type Input<K extends RouteKey> = Part<Routes[K], 'body'> &
  Part<Routes[K], 'params'> &
  (Routes[K] extends { readonly query: infer Q extends TSchema } ? { query?: Static<Q> } : unknown) & {
    headers?: Readonly<Record<string, string>>
    signal?: AbortSignal
  }

type SuccessBody<S> = S extends { readonly schema: infer T extends TSchema } ? Static<T> : null

/** Every documented success of a route, by status, and the one error shape for all else. */
export type Outcome<K extends RouteKey> =
  | {
      [Status in keyof Routes[K]['success']]: {
        ok: true
        status: Status
        body: SuccessBody<Routes[K]['success'][Status]>
        headers: Headers
      }
    }[keyof Routes[K]['success']]
  | { ok: false; status: number; body: ErrorBody; headers: Headers }

export type ClientOptions = {
  baseUrl: string
  fetch?: typeof fetch
  /** Sent with every request; asked anew each time, so a token may change. */
  headers?: () => Readonly<Record<string, string>>
}

/** The path of a route with its parameters filled in and escaped. */
export function pathOf(key: RouteKey, params: Readonly<Record<string, string>> = {}): string {
  return routeOf(key).path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new TypeError(`The path of ${key} needs the parameter ${name}.`)
    return encodeURIComponent(value)
  })
}

/**
 * A typed client of the public contract. `call` never throws for an HTTP status; it throws what `fetch` throws
 * (no connection, aborted) and TypeError for an answer that is not the contract's.
 */
export function createClient({ baseUrl, fetch: send = fetch, headers }: ClientOptions) {
  async function call<K extends RouteKey>(key: K, input: Input<K>): Promise<Outcome<K>> {
    const { body, params, query, headers: own, signal } = input as LooseInput
    const url = new URL(pathOf(key, params), baseUrl)
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value))
    const answer = await send(url, {
      method: routes[key].method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers?.(),
        ...own,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
    return {
      ok: answer.ok,
      status: answer.status,
      body: await readBody(answer),
      headers: answer.headers,
    } as Outcome<K>
  }
  return { call }
}
export type Client = ReturnType<typeof createClient>

type LooseInput = {
  body?: unknown
  params?: Record<string, string>
  query?: Record<string, unknown>
  headers?: Record<string, string>
  signal?: AbortSignal
}

async function readBody(answer: Response): Promise<unknown> {
  if (answer.status === 204) return null
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false
  return isJson ? await answer.json() : await answer.text()
}
