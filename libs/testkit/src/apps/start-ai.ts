import * as ai from '@emotibot/ai'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import type { RunningApp, StartOptions } from './running-app.ts'

export type AiOptions = StartOptions & {
  /** The facade's internal port, or a service that answers the same paths; without it nobody is asked. */
  readonly internalUrl?: string
  /** The monolith's, whose tokens are good here. */
  readonly secret?: string
}

/** The ai service, with the built-in responder unless a key is set: it keeps nothing. */
export async function startAi(options: AiOptions = {}): Promise<RunningApp> {
  const folder = createFolder('ai')
  const { internalUrl, secret } = options
  const env = {
    ...commonEnv(folder),
    ...(internalUrl ? { EMOTIBOT_INTERNAL_URL: internalUrl } : {}),
    ...(secret ? { LEGACY_JWT_SECRET: secret } : {}),
    ...options.env,
  }
  return startIn(folder, () =>
    options.processes ? startProcess('ai', { env }) : startInProcess('ai', ai, env),
  )
}
