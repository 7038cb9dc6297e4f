import { type About, INTERNAL_PATHS, isRouteKey, type RouteKey, type Stage } from '@emotibot/contracts'
import { type Stack, startEmotion, startMonolith, startStack } from '@emotibot/testkit'
import type { Target } from './target.ts'

/** Routes that have a service by now. */
export const SERVED: readonly RouteKey[] = ['emotion.analyze', 'emotion.batch']

const everything = () => true

/** Known to the scenarios, which sign tokens of their own with it: expired ones, for instance. */
export const PARITY_SECRET = 'the secret every side of a parity run signs with'

/** A reply that somebody watches is written without pauses: what is compared is its text. */
const settings = { EMOTIBOT_REPLY_PACE_MS: '0', LEGACY_JWT_SECRET: PARITY_SECRET }

export async function monolithTarget(name = 'monolith'): Promise<Target> {
  const { url, close } = await startMonolith({ env: settings })
  return { name, url, serves: everything, close }
}

export async function emotionTarget(): Promise<Target> {
  const { url, close } = await startEmotion()
  return { name: 'emotion service', url, served: SERVED, serves: (route) => SERVED.includes(route), close }
}

/** The front door with every route that has a service at one stage. */
export async function facadeTarget(to: Stage, share?: number): Promise<Target> {
  const stages =
    to === 'monolith' ? {} : Object.fromEntries(SERVED.map((route) => [route, placeOf(to, share)]))
  const stack = await startStack({ stages, env: { monolith: settings } })
  const name = `facade, ${to}${share === undefined ? '' : ` ${share}%`}`
  return { name, url: stack.facade.url, serves: everything, close: stack.close }
}

function placeOf(to: Stage, share: number | undefined) {
  return { to, ...(share === undefined ? {} : { share }) }
}

/** Calls between two flips: few enough that every scenario is flipped under way. */
const CALLS_PER_FLIP = 3

/** The front door with routes flipped and rolled back in mid-journey, again and again. */
export async function flippingTarget(): Promise<Target> {
  const stack = await startStack({ env: { monolith: settings } })
  const steps = flipSteps(stack)
  let calls = 0
  return {
    name: 'facade, flipped and rolled back',
    url: stack.facade.url,
    serves: everything,
    between: async () => {
      calls += 1
      if (calls % CALLS_PER_FLIP === 0) await steps[(calls / CALLS_PER_FLIP) % steps.length]?.()
    },
    close: stack.close,
  }
}

function flipSteps(stack: Stack): (() => Promise<unknown>)[] {
  return [
    () => stack.rollback({ names: [...SERVED] }),
    () => stack.flip(SERVED, 'canary', 50),
    () => stack.flip(SERVED, 'service'),
  ]
}

/** A service somebody else runs, in any language; it says itself which routes it answers. */
export async function remoteTarget(url: string, routes: readonly RouteKey[]): Promise<Target> {
  const served = routes.length > 0 ? routes : await askRoutes(url)
  return { name: url, url, served, serves: (route) => served.includes(route), close: async () => undefined }
}

async function askRoutes(url: string): Promise<RouteKey[]> {
  const answer = await fetch(new URL(INTERNAL_PATHS.about, url))
  if (!answer.ok) throw new Error(`${url} does not say which routes it answers: name them with --route.`)
  return ((await answer.json()) as About).routes.filter(isRouteKey)
}

/** The monolith against itself first: if that is not silent, nothing else means anything. */
export async function startEveryTarget(): Promise<Target[]> {
  return [
    await monolithTarget('monolith again'),
    await emotionTarget(),
    await facadeTarget('monolith'),
    await facadeTarget('canary', 50),
    await facadeTarget('service'),
    await flippingTarget(),
  ]
}
