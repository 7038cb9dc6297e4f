import type { RouteKey } from '@emotibot/contracts'
import { routeOf } from '@emotibot/contracts'
import type { InternalClient, InternalQuestion } from '@emotibot/service-kit'
import { RefusedError, UnheardError } from '../errors.ts'
import { Breaker } from './breaker.ts'

export type Question = Pick<
  InternalQuestion,
  'body' | 'user' | 'partition' | 'authorization' | 'position' | 'requestId' | 'signal'
>

/** Throws UnheardError when the neighbour cannot be asked now, RefusedError when it will not do this at all. */
export type Ask<T> = (question: Question) => Promise<T>

export type NeighbourOptions<T> = {
  readonly client: InternalClient
  readonly key: RouteKey
  readonly deadlineMs: number
  readonly isAnswer: (body: unknown) => body is T
  /** Statuses by which the route says that asking the same again is in vain; else only what says that about the request. */
  readonly refusals?: readonly number[]
}

const BAD_REQUESTS = [400, 413, 422]

/** Asks one route of another domain, through a breaker of its own. */
export function createAsk<T>(options: NeighbourOptions<T>): Ask<T> {
  const { client, key, deadlineMs, isAnswer, refusals = BAD_REQUESTS } = options
  const { method, path } = routeOf(key)
  const breaker = new Breaker()

  async function ask(question: Question): Promise<T | RefusedError> {
    const { status, body } = await client.ask({ ...question, method, path, deadlineMs })
    if (refusals.includes(status)) return new RefusedError(key, status)
    if (status === 200 && isAnswer(body)) return body
    throw new Error(`${key} answered ${status}, or not what the contract says.`)
  }

  return async (question) => {
    const tell = breaker.tryEnter()
    if (!tell) throw new UnheardError(key, { wasAsked: false })
    const answer = await ask(question).catch((cause: unknown) => {
      tell(question.signal?.aborted ? 'unknown' : 'failed')
      throw new UnheardError(key, { wasAsked: true, cause })
    })
    tell('succeeded')
    if (answer instanceof RefusedError) throw answer
    return answer
  }
}
