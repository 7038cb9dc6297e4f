import { type RouteKey, routeKeys, routeOf } from '@emotibot/contracts'
import { startAi, startEmotion, startMonolith, startStack } from '@emotibot/testkit'
import { createParityFile, PATIENT, SETTINGS } from './settings.ts'
import type { Target } from './target.ts'

export const everything = () => true

export const EMOTION_SERVED: readonly RouteKey[] = ['emotion.analyze', 'emotion.batch']

export async function monolithTarget(name = 'monolith'): Promise<Target> {
  const { file, remove } = createParityFile()
  const monolith = await startMonolith({ env: SETTINGS, file })
  return {
    name,
    url: monolith.url,
    serves: everything,
    close: async () => {
      await monolith.close()
      remove()
    },
  }
}

export async function emotionTarget(): Promise<Target> {
  const { url, close } = await startEmotion()
  const served = EMOTION_SERVED
  return { name: 'emotion service', url, served, serves: (route) => served.includes(route), close }
}

export const AI_SERVED: readonly RouteKey[] = ['ai.reply', 'ai.suggestions']

/** The ai service by itself, with the built-in responder. */
export async function aiTarget(): Promise<Target> {
  const emotion = await startEmotion()
  const ai = await startAi({ internalUrl: emotion.url, env: PATIENT })
  const served = AI_SERVED
  const close = async () => {
    await ai.close()
    await emotion.close()
  }
  return { name: 'ai service', url: ai.url, served, serves: (route) => served.includes(route), close }
}

export const AUTH_SERVED: readonly RouteKey[] = routeKeys.filter((key) => routeOf(key).domain === 'auth')

/** The auth service by itself, once everything was brought to it and given to it. */
export async function authTarget(): Promise<Target> {
  const { file, remove } = createParityFile()
  const stack = await startStack({
    carvedOut: true,
    file,
    env: { monolith: SETTINGS },
    stages: { auth: { to: 'service' } },
  })
  return {
    name: 'auth service',
    url: stack.auth.url,
    served: AUTH_SERVED,
    serves: (route) => AUTH_SERVED.includes(route),
    close: async () => {
      await stack.close()
      remove()
    },
  }
}
