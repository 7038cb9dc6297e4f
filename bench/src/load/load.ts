import autocannon from 'autocannon'
import { cpuSeconds } from '../measure/process-time.ts'

export type Request = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
}

export type Target = { readonly url: string; readonly pid: number }

const CONNECTIONS = 16
const SECONDS = 1
/** The kernel's clock of CPU time is coarse: a process that got less than this from a busy machine is driven on. */
const CPU_SECONDS_MIN = 0.7

/**
 * Requests that a process answers for one second of its CPU time under steady load. Unlike requests per second this
 * does not change when something else takes the machine's time. Throws when an answer is missing or no success.
 */
export async function requestsPerCpuSecond(target: Target, request: Request): Promise<number> {
  const before = cpuSeconds(target.pid)
  let requests = 0
  let used = 0
  while (used < CPU_SECONDS_MIN) {
    requests += await drive(target, request)
    used = cpuSeconds(target.pid) - before
  }
  return requests / used
}

async function drive({ url }: Target, request: Request): Promise<number> {
  const { requests, errors, timeouts, non2xx } = await autocannon({
    url: url + request.path,
    method: request.method,
    connections: CONNECTIONS,
    duration: SECONDS,
    ...payloadOf(request),
  })
  if (errors + timeouts + non2xx > 0 || requests.total === 0)
    throw new Error(`${request.path} had ${errors} errors, ${timeouts} timeouts, ${non2xx} refusals`)
  return requests.total
}

function payloadOf({ body }: Request) {
  const headers = { accept: 'application/json', 'user-agent': 'emotibot-bench' }
  if (body === undefined) return { headers }
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
