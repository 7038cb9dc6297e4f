import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Surroundings } from '../surroundings.ts'

export type ControlAddress = { readonly url: string; readonly token: string }

/** Where the control API is: the environment first, else what `npm start` wrote down. Null when nothing says so. */
export function findControl({ env, root }: Pick<Surroundings, 'env' | 'root'>): ControlAddress | null {
  const written = readRunFile(runFileOf(env, root))
  const url = env['EMOTIBOT_CONTROL_URL'] || written?.control
  if (!url) return null
  return { url, token: env['EMOTIBOT_OPERATOR_TOKEN'] || written?.operator_token || '' }
}

/** As `npm start` reads it: a relative data folder is one of the repository's. */
function runFileOf(env: NodeJS.ProcessEnv, root: string): string {
  return resolve(root, env['EMOTIBOT_DATA_DIR'] || '.data', 'run.json')
}

type RunFile = { control?: string; operator_token?: string }

function readRunFile(file: string): RunFile | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunFile
  } catch {
    return null
  }
}
