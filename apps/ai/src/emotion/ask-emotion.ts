import { Analysis, routes } from '@emotibot/contracts'
import { createCheck, InternalCallError, type InternalClient } from '@emotibot/service-kit'
import { Breaker } from '../breaker.ts'

export type AskEmotionOptions = {
  readonly client: InternalClient
  readonly deadlineMs: number
  readonly onMissed?: () => void
}

export type EmotionQuestion = {
  readonly text: string
  /** Whose text it is; null for a guest. */
  readonly user: string | null
  readonly partition: string
  readonly requestId?: string
  readonly signal: AbortSignal
}

/** What a text sounds like; null when it is not known in time. Never throws. */
export type AskEmotion = (question: EmotionQuestion) => Promise<Analysis | null>

const { method, path } = routes['emotion.analyze']
const isAnalysis = createCheck(Analysis)

/** Asks whichever side analyzes. The route is pure, so a connection that broke is tried once more. */
export function createAskEmotion({ client, deadlineMs, onMissed }: AskEmotionOptions): AskEmotion {
  const breaker = new Breaker()

  async function ask({ text, ...asker }: EmotionQuestion): Promise<Analysis> {
    const { status, body } = await client.ask({ ...asker, method, path, body: { text }, deadlineMs })
    if (status !== 200 || !isAnalysis(body)) throw new Error(`${path} was answered ${status}.`)
    return body
  }

  async function listen(question: EmotionQuestion): Promise<Analysis | null> {
    const tell = breaker.tryEnter()
    if (!tell) return null
    const signal = AbortSignal.any([question.signal, AbortSignal.timeout(deadlineMs)])
    try {
      const analysis = await ask({ ...question, signal }).catch((cause: unknown) => {
        if (!isConnectionError(cause)) throw cause
        return ask({ ...question, signal })
      })
      tell('succeeded')
      return analysis
    } catch {
      tell(question.signal.aborted ? 'unknown' : 'failed')
      return null
    }
  }

  return async (question) => {
    const analysis = await listen(question)
    if (analysis === null) onMissed?.()
    return analysis
  }
}

/** What `fetch` throws without an answer; a deadline is another error. */
const isConnectionError = (cause: unknown): boolean =>
  cause instanceof InternalCallError && cause.cause instanceof TypeError
