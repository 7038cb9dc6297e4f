import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

export type PlantedRequest = {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}
export type PlantedAnswer = {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/** What a service that was written beside the monolith does differently. Each part may be left out. */
export type Breakage = {
  /** What it does, in words: `duplicates are 409`. */
  readonly name: string
  /** Answers by itself; null sends the request on. */
  readonly request?: (request: PlantedRequest) => PlantedAnswer | null
  readonly answer?: (answer: PlantedAnswer, request: PlantedRequest) => PlantedAnswer
  /** A frame to the page; null drops it. */
  readonly frame?: (frame: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | null
  /** What comes for one page comes for all of them. */
  readonly isOneRoom?: boolean
}

/** An answer in JSON. */
export function jsonAnswer(status: number, body: unknown): PlantedAnswer {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status, headers, body: Buffer.from(JSON.stringify(body)) }
}

/** The JSON of a body; null for what is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return null
  }
}
