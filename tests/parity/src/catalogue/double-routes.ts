import { INTERNAL_PATHS, type RouteDefinition, routeList } from '@emotibot/contracts'
import { startAi, startAuth, startConversation, startEmotion, startMonolith } from '@emotibot/testkit'
import { PARITY_SECRET } from '../targets/settings.ts'
import type { LookedAtEntry } from './entry.ts'

/** Routes that a server would register twice: one method and path, whatever a parameter is called. */
export function doubleRoutes(list: readonly RouteDefinition[]): string[] {
  const seen = new Map<string, string>()
  return list.flatMap(({ key, method, path }) => {
    const spoken = `${method} ${path.replaceAll(/:\w+/g, ':')}`
    const first = seen.get(spoken)
    seen.set(spoken, key)
    return first === undefined ? [] : [`${first} and ${key} are both ${spoken}`]
  })
}

/** 16: one route registered twice: refuses to start, total outage. */
export const doubleRoutesEntry: LookedAtEntry = {
  number: 16,
  name: 'no route is there twice, and every process starts',
  find: async () => [
    ...doubleRoutes(routeList),
    ...(await faultsAtStart('monolith', startMonolith)),
    ...(await faultsAtStart('emotion', startEmotion)),
    ...(await faultsAtStart('emotion with a store', () =>
      startEmotion({ store: { secret: PARITY_SECRET } }),
    )),
    ...(await faultsAtStart('auth', () => startAuth({ secret: PARITY_SECRET }))),
    ...(await faultsAtStart('conversation', () => startConversation({ secret: PARITY_SECRET }))),
    ...(await faultsAtStart('ai', () => startAi())),
  ],
}

type Startable = { readonly url: string; close(): Promise<void> }

async function faultsAtStart(name: string, start: () => Promise<Startable>): Promise<string[]> {
  try {
    const app = await start()
    const answer = await fetch(app.url + INTERNAL_PATHS.ready)
    await app.close()
    return answer.ok ? [] : [`${name} is not ready: ${await answer.text()}`]
  } catch (cause) {
    return [`${name} does not start: ${cause instanceof Error ? cause.message : String(cause)}`]
  }
}
