import { Analysis, createClient } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'
import { Breaker } from '../breaker.ts'

export type AskEmotionOptions = {
  /** Empty: there is nobody to ask. */
  readonly url: string
  readonly deadlineMs: number
  readonly onMissed?: () => void
}

/** What a text sounds like; null when it is not known in time. Never throws. */
export type AskEmotion = (text: string, signal: AbortSignal) => Promise<Analysis | null>

const isAnalysis = createCheck(Analysis)

/** Asks the emotion service. The route is pure, so a connection that broke is tried once more. */
export function createAskEmotion({ url, deadlineMs, onMissed }: AskEmotionOptions): AskEmotion {
  const client = createClient({ baseUrl: url })
  const breaker = new Breaker()

  async function ask(text: string, signal: AbortSignal): Promise<Analysis> {
    const { status, body } = await client.call('emotion.analyze', { body: { text }, signal })
    if (status !== 200 || !isAnalysis(body)) throw new Error(`The emotion service answered ${status}.`)
    return body
  }

  async function listen(text: string, caller: AbortSignal): Promise<Analysis | null> {
    const tell = url === '' ? null : breaker.tryEnter()
    if (!tell) return null
    const signal = AbortSignal.any([caller, AbortSignal.timeout(deadlineMs)])
    try {
      const analysis = await ask(text, signal).catch((cause: unknown) => {
        if (!isConnectionError(cause)) throw cause
        return ask(text, signal)
      })
      tell('succeeded')
      return analysis
    } catch {
      tell(caller.aborted ? 'unknown' : 'failed')
      return null
    }
  }

  return async (text, caller) => {
    const analysis = await listen(text, caller)
    if (analysis === null) onMissed?.()
    return analysis
  }
}

/** What `fetch` throws without an answer; a deadline is another error. */
const isConnectionError = (cause: unknown): boolean => cause instanceof TypeError
