import * as ai from '@emotibot/ai'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import type { RunningApp, StartOptions } from './running-app.ts'

export type AiOptions = StartOptions & {
  /** Whom it asks what a text sounds like. */
  readonly emotion: { readonly url: string }
}

/** The ai service, with the built-in responder unless a key is set: it keeps nothing. */
export async function startAi(options: AiOptions): Promise<RunningApp> {
  const folder = createFolder('ai')
  const env = { ...commonEnv(folder), EMOTIBOT_EMOTION_URL: options.emotion.url, ...options.env }
  return startIn(folder, () =>
    options.processes ? startProcess('ai', { env }) : startInProcess('ai', ai, env),
  )
}
