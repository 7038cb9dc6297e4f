import { FeltTurns, INTERNAL_ROUTES } from '@emotibot/contracts'
import { ApiError, createCheck, type InternalClient } from '@emotibot/service-kit'

export type FeltQuestion = {
  readonly user: string
  readonly partition: string
  /** What the answer must have seen. */
  readonly position: string | undefined
  readonly requestId: string
  readonly signal: AbortSignal
}

/** A user's latest turns as they were felt. Throws ApiError UPSTREAM_BAD: then the monolith, which needs not ask, may answer. */
export type AskFelt = (question: FeltQuestion) => Promise<FeltTurns>

export type AskFeltOptions = {
  readonly client: InternalClient
  readonly deadlineMs: number
  readonly onMissed: (cause: unknown) => void
}

const isFelt = createCheck(FeltTurns)

export function createAskFelt({ client, deadlineMs, onMissed }: AskFeltOptions): AskFelt {
  async function ask(question: FeltQuestion): Promise<FeltTurns> {
    const { path } = INTERNAL_ROUTES.felt
    const { status, body } = await client.ask({ ...question, method: 'GET', path, deadlineMs })
    if (status !== 200 || !isFelt(body)) throw new Error(`GET ${path} was answered ${status}, and no turns.`)
    return body
  }

  return async (question) => {
    try {
      return await ask(question)
    } catch (cause) {
      onMissed(cause)
      throw new ApiError('UPSTREAM_BAD', 'How your messages were felt cannot be read just now. Try again.', {
        cause,
      })
    }
  }
}
