import type { IncomingHttpHeaders } from 'node:http'
import { isHopByHop, isInternal, namedByConnection } from './hop-by-hop.ts'

/** The headers for the client: name, value, name, value; the side's own without those between neighbours and processes, then ours. */
export function answerHeaders(fromSide: IncomingHttpHeaders, ours: readonly string[]): string[] {
  const named = namedByConnection(fromSide.connection)
  const headers: string[] = []
  for (const name in fromSide) {
    if (isHopByHop(name) || isInternal(name) || name === 'x-request-id' || named?.has(name)) continue
    const value = fromSide[name]
    if (typeof value === 'string') headers.push(name, value)
    else if (value) for (const each of value) headers.push(name, each)
  }
  headers.push(...ours)
  return headers
}
