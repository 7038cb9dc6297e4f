import type { RouteKey } from '@emotibot/contracts'
import { startAi, startEmotion, startMonolith } from '@emotibot/testkit'
import { readLeftRows } from '../rows/left-rows.ts'
import { isServed, serviceUrl, type Whole } from './carved-out.ts'
import { createParityFile, PATIENT, SETTINGS } from './settings.ts'
import type { Target } from './target.ts'

export const everything = () => true

export async function monolithTarget(name = 'monolith'): Promise<Target> {
  const { file, remove } = createParityFile()
  const monolith = await startMonolith({ env: SETTINGS, file })
  return {
    name,
    url: monolith.url,
    serves: everything,
    leftRows: async () => readLeftRows(file),
    close: async () => {
      await monolith.close()
      remove()
    },
  }
}

/** What the emotion service answers without a database. */
const EMOTION_ALONE: readonly RouteKey[] = ['emotion.analyze', 'emotion.batch']

export async function emotionTarget(): Promise<Target> {
  const { url, close } = await startEmotion()
  const served = EMOTION_ALONE
  return { name: 'emotion service', url, served, serves: (route) => served.includes(route), close }
}

/** What the ai service answers without knowing anybody. */
const AI_ALONE: readonly RouteKey[] = ['ai.reply', 'ai.suggestions']

/** The ai service by itself, with the built-in responder. */
export async function aiTarget(): Promise<Target> {
  const emotion = await startEmotion()
  const ai = await startAi({ internalUrl: emotion.url, env: PATIENT })
  const served = AI_ALONE
  const close = async () => {
    await ai.close()
    await emotion.close()
  }
  return { name: 'ai service', url: ai.url, served, serves: (route) => served.includes(route), close }
}

/** Each service on its own port, with no front door before it, while everything is theirs. It stays when this is closed. */
export function directTarget({ stack, leftRows }: Whole): Target {
  return {
    name: 'each service by itself',
    url: stack.facade.url,
    urlOf: (route) => serviceUrl(stack, route),
    serves: isServed,
    hearsLate: true,
    leftRows,
    close: async () => undefined,
  }
}
