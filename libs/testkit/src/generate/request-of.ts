import type { RouteDefinition } from '@emotibot/contracts'
import fc from 'fast-check'
import { spoil } from './spoil.ts'
import { valueFor } from './value-for.ts'

/** What may be varied of a request to one route. A parameter is null where a real id should stand. */
export type GeneratedRequest = {
  readonly params: Readonly<Record<string, string | null>>
  readonly query: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Whether there is anything to vary: a route without parameters, query and body has one request only. */
export function canVary({ params, query, body }: RouteDefinition): boolean {
  return params !== undefined || query !== undefined || body !== undefined
}

/** Requests to a route: as its schemas say, and with something wrong. */
export function requestOf(route: RouteDefinition): fc.Arbitrary<GeneratedRequest> {
  return fc.record({ params: paramsOf(route), query: queryOf(route), body: bodyOf(route) })
}

function bodyOf({ body }: RouteDefinition): fc.Arbitrary<string | null> {
  if (!body) return fc.constant(null)
  const good = valueFor(body)
  return fc.oneof(
    good.map((value) => JSON.stringify(value)),
    spoil(good),
  )
}

function queryOf({ query }: RouteDefinition): fc.Arbitrary<Record<string, string>> {
  if (!query) return fc.constant({})
  const good = valueFor(query).map((value) => textsOf(value))
  const odd = fc.constantFrom('', ' ', 'x', '-1', '1e9', 'nul \u0000', 'true', '[]', '%', 'x'.repeat(3_000))
  const name = fc.oneof(fc.constantFrom(...Object.keys(query.properties)), fc.stringMatching(/^[a-z_]{1,9}$/))
  const spoiled = fc.tuple(good, name, odd).map(([value, field, bad]) => ({ ...value, [field]: bad }))
  return fc.oneof(good, spoiled)
}

function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(value ?? {}).map(([name, item]) => [name, String(item)]))
}

/** Three times of four the id of something that is there. */
function paramsOf({ params }: RouteDefinition): fc.Arbitrary<Record<string, string | null>> {
  const made = fc.oneof(
    fc.uuid(),
    // A path that no two processes read alike is nobody's at the front door, on purpose: those are fuzzed apart.
    fc.string({ minLength: 1, maxLength: 70 }).filter((text) => !/[/\\\0]|^\.\.?$/.test(text)),
    fc.constantFrom('null', '0', '%00', 'é'),
  )
  const one = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: made })
  return fc.record(Object.fromEntries(Object.keys(params?.properties ?? {}).map((name) => [name, one])))
}

/** As many of them as asked for, the same for the same seed. */
export function sampleRequests(route: RouteDefinition, seed: number, count: number): GeneratedRequest[] {
  return fc.sample(requestOf(route), { seed, numRuns: count })
}
