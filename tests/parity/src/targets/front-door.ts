import type { Stage } from '@emotibot/contracts'
import { type CarvedOutStack, type Place, startStack, until } from '@emotibot/testkit'
import { AI_SERVED, EMOTION_SERVED, everything } from './alone.ts'
import { createParityFile, PATIENT, SETTINGS } from './settings.ts'
import type { Target } from './target.ts'

/** Where the routes that have a service stand. */
export type Standing = {
  readonly to: Stage
  readonly share?: number
  /** Who gives out names: they are never split by share. With everything else at the service unless said. */
  readonly claims?: 'monolith' | 'service'
}

/** The front door with every route that has a service at one stage. */
export async function facadeTarget(standing: Standing): Promise<Target> {
  const { stack, close } = await startDoor(stagesOf(standing))
  return { name: nameOf(standing), url: stack.facade.url, serves: everything, close }
}

function nameOf({ to, share, claims }: Standing): string {
  const at = share === undefined ? to : `${to} ${share}%`
  return `facade, ${at}${claims === undefined ? '' : `, names at the ${claims}`}`
}

const MOVED = [...EMOTION_SERVED, ...AI_SERVED, 'auth']

function stagesOf({ to, share, claims }: Standing): Record<string, Place> {
  if (to === 'monolith') return {}
  const place = { to, ...(share === undefined ? {} : { share }) }
  const moved = Object.fromEntries(MOVED.map((name) => [name, place]))
  return claims === 'service' ? { ...moved, 'auth.register': { to: 'service' } } : moved
}

async function startDoor(stages: Record<string, Place>) {
  const { file, remove } = createParityFile()
  const stack = await startStack({ carvedOut: true, file, stages, env: { monolith: SETTINGS, ai: PATIENT } })
  const close = async () => {
    await stack.close()
    remove()
  }
  return { stack, close }
}

/** Calls between two flips: few enough that every scenario is flipped under way. */
const CALLS_PER_FLIP = 5

/** The front door with routes flipped and rolled back in mid-journey, again and again. */
export async function flippingTarget(): Promise<Target> {
  const { stack, close } = await startDoor({})
  const steps = flipSteps(stack)
  let calls = 0
  return {
    name: 'facade, flipped and rolled back',
    url: stack.facade.url,
    serves: everything,
    between: async () => {
      calls += 1
      const step = calls % CALLS_PER_FLIP === 0 ? steps[(calls / CALLS_PER_FLIP) % steps.length] : undefined
      if (step) await take(step)
    },
    close,
  }
}

const TAKEN_WITHIN_MS = 30_000

/** A flip is refused while a feed is behind, which on a busy machine it is for a moment; nothing else is tried again. */
async function take(step: () => Promise<unknown>): Promise<void> {
  const tryOnce = () =>
    step().then(
      () => ({ fault: null }),
      (cause: unknown) => (isBehind(cause) ? null : { fault: cause }),
    )
  const { fault } = await until('no feed is behind', tryOnce, TAKEN_WITHIN_MS)
  if (fault !== null) throw fault
}

const isBehind = (cause: unknown): boolean =>
  cause instanceof Error && cause.message.includes('a flip is begun below')

/** Each step leaves something for the next one to do. */
function flipSteps(stack: CarvedOutStack): (() => Promise<unknown>)[] {
  return [
    () => stack.rollback({ names: MOVED }),
    () => stack.flip(MOVED, 'canary', 50),
    () => stack.flip(['auth.register'], 'service'),
    () => stack.flip(MOVED, 'service'),
    () => stack.rollback({ names: ['auth.register'] }),
    () => stack.flip(MOVED, 'canary', 30),
  ]
}
