import * as emotion from '@emotibot/emotion'
import { createFolder } from '../folder.ts'
import { startProcess } from './as-process.ts'
import { startInProcess } from './in-process.ts'
import { commonEnv, startIn } from './own-folder.ts'
import type { RunningApp, StartOptions } from './running-app.ts'

/** The emotion service: it keeps nothing. */
export async function startEmotion(options: StartOptions = {}): Promise<RunningApp> {
  const folder = createFolder('emotion')
  const env = { ...commonEnv(folder), ...options.env }
  return startIn(folder, () =>
    options.processes ? startProcess('emotion', { env }) : startInProcess('emotion', emotion, env),
  )
}
