import autocannon from 'autocannon'
import { cpuSeconds } from '../measure/process-time.ts'

export type Request = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
}

export type Target = { readonly url: string; readonly pid: number }

const CONNECTIONS = 16
const SECONDS = 1.5

/**
 * Requests that a process answers for one second of its CPU time under steady load. Unlike requests per second this
 * does not change when something else takes the machine's time. Throws when an answer is missing or no success.
 */
export async function requestsPerCpuSecond(target: Target, request: Request): Promise<number> {
  const before = cpuSeconds(target.pid)
  const { requests, errors, timeouts, non2xx } = await autocannon({
    url: target.url + request.path,
    method: request.method,
    connections: CONNECTIONS,
    duration: SECONDS,
    ...payloadOf(request),
  })
  const used = cpuSeconds(target.pid) - before
  if (errors + timeouts + non2xx > 0 || requests.total === 0)
    throw new Error(`${request.path} had ${errors} errors, ${timeouts} timeouts, ${non2xx} refusals`)
  return requests.total / used
}

function payloadOf({ body }: Request) {
  const headers = { accept: 'application/json', 'user-agent': 'emotibot-bench' }
  if (body === undefined) return { headers }
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
