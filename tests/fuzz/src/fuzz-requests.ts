import { createRawSender, type RawAnswer, type Stack } from '@emotibot/testkit'
import { createPeople } from './drive/people.ts'
import { judgeBytes, sendBytes } from './drive/send-bytes.ts'
import { sendPlanned } from './drive/send-planned.ts'
import { judgeAnswer, judgeStray } from './judge/judge-answer.ts'
import type { PlannedRequest } from './plan/planned.ts'
import { RAW_REQUESTS } from './plan/raw-requests.ts'

/** An answer the contract does not have. `request` says which, so that the seed brings it back. */
export type Violation = { readonly request: string; readonly status: number; readonly why: string }

export type FuzzedRequests = {
  readonly violations: Violation[]
  /** How many answers there were of each status: a run of nothing but 400 would prove little. */
  readonly answers: Readonly<Record<number, number>>
}

/** Sends them one after another: the same seed makes the same walk. */
export async function fuzzRequests(
  stack: Stack,
  planned: readonly PlannedRequest[],
): Promise<FuzzedRequests> {
  const sender = createRawSender(stack.facade.url)
  const people = await createPeople(stack)
  const violations: Violation[] = []
  const answers: Record<number, number> = {}
  for (const [at, request] of planned.entries()) {
    const door = { url: stack.facade.url, sender, people }
    const answer = await sendPlanned(request, door).catch((cause: unknown) => noAnswer(cause))
    const why = answer instanceof Error ? answer.message : judge(request, answer)
    const status = answer instanceof Error ? 0 : answer.status
    answers[status] = (answers[status] ?? 0) + 1
    if (why) violations.push({ request: `${at}: ${describe(request)}`, status, why })
  }
  sender.close()
  return { violations, answers }
}

/** Bytes that are no good request, each over a connection of its own. */
export async function fuzzBytes(url: string): Promise<Violation[]> {
  const violations: Violation[] = []
  for (const { note, bytes } of RAW_REQUESTS) {
    const why = judgeBytes(await sendBytes(url, bytes))
    if (why) violations.push({ request: note, status: 0, why })
  }
  return violations
}

function judge({ route, path, method }: PlannedRequest, answer: RawAnswer): string | null {
  // HEAD and OPTIONS are no operations of the contract; a HEAD has no body to judge.
  if (method === 'HEAD') return answer.status >= 500 ? `a server error: ${answer.status}` : null
  return route ? judgeAnswer(route, answer) : judgeStray(path, answer)
}

function noAnswer(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Error(`no answer: ${reason}`)
}

function describe({ method, path, who, headers, body }: PlannedRequest): string {
  const shown = { headers, body: body?.slice(0, 200) }
  return `${method} ${path.slice(0, 200)} as ${who} ${JSON.stringify(shown)}`
}
