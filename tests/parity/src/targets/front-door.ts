import type { Stage } from '@emotibot/contracts'
import { type Place, until } from '@emotibot/testkit'
import { directTarget, everything } from './alone.ts'
import { SERVED_DOMAINS, startWhole, type Whole, type WholeStack } from './carved-out.ts'
import type { Target } from './target.ts'

/** A target with a whole system behind it. */
export type WholeTarget = Target & Pick<Whole, 'stack' | 'leftRows'>

/** Where the routes that have a service stand. */
export type Standing = {
  readonly to: Stage
  readonly share?: number
  /** Who gives out names: they are never split by share. With everything else at the service unless said. */
  readonly claims?: 'monolith' | 'service'
}

/** The front door with every route that has a service at one stage. */
export async function facadeTarget(standing: Standing): Promise<WholeTarget> {
  const whole = await startWhole()
  for (const [name, { to, share }] of Object.entries(stagesOf(standing)))
    await take(() => whole.stack.flip([name], to, share))
  return { ...doorTarget(whole, nameOf(standing)), hearsLate: standing.to !== 'monolith', close: whole.close }
}

/** The front door of a system that stays when it is closed. */
export function doorTarget({ stack, leftRows }: Whole, name: string): WholeTarget {
  const { url } = stack.facade
  return { name, url, stack, serves: everything, hearsLate: true, leftRows, close: async () => undefined }
}

/** Each service on its own port, once everything is theirs. */
export async function servicesTarget(): Promise<Target> {
  const whole = await startWhole()
  for (const domain of SERVED_DOMAINS) await take(() => whole.stack.flip([domain], 'service'))
  return { ...directTarget(whole), close: whole.close }
}

function nameOf({ to, share, claims }: Standing): string {
  const at = share === undefined ? to : `${to} ${share}%`
  return `facade, ${at}${claims === undefined ? '' : `, names at the ${claims}`}`
}

function stagesOf({ to, share, claims }: Standing): Record<string, Place> {
  if (to === 'monolith') return {}
  const place = { to, ...(share === undefined ? {} : { share }) }
  const moved = Object.fromEntries(SERVED_DOMAINS.map((name) => [name, place]))
  return claims === 'service' ? { ...moved, 'auth.register': { to: 'service' } } : moved
}

/** Calls between two flips: few enough that nearly every scenario is flipped under way. */
const CALLS_PER_FLIP = 9

/** The front door with routes flipped and rolled back in mid-journey, again and again. */
export async function flippingTarget(): Promise<WholeTarget> {
  const whole = await startWhole()
  const steps = flipSteps(whole.stack)
  let calls = 0
  let flips = 0
  let last = Promise.resolve()
  return {
    ...doorTarget(whole, 'facade, flipped and rolled back'),
    // Whoever calls meanwhile is not kept from it, and may meet the flip.
    between: async () => {
      calls += 1
      if (calls % CALLS_PER_FLIP !== 0) return
      const step = steps[flips++ % steps.length]
      if (step) last = last.then(() => take(step))
      await last
    },
    close: whole.close,
  }
}

const TAKEN_WITHIN_MS = 60_000

/**
 * On a busy machine a flip is refused for a moment, while a feed is behind, or abandoned, which leaves all as it was.
 * Nothing else is tried again.
 */
export async function take(step: () => Promise<unknown>): Promise<void> {
  const tryOnce = () =>
    step().then(
      () => ({ fault: null }),
      (cause: unknown) => (isForAMoment(cause) ? null : { fault: cause }),
    )
  const { fault } = await until('a flip is taken', tryOnce, TAKEN_WITHIN_MS)
  if (fault !== null) throw fault
}

const FOR_A_MOMENT = ['a flip is begun below', 'was abandoned', 'does not answer in time', 'LEDGER_DOWN']
const isForAMoment = (cause: unknown): boolean =>
  cause instanceof Error && FOR_A_MOMENT.some((words) => cause.message.includes(words))

/** Each step leaves something for the next one to do; the first begins where the last one ends. */
function flipSteps({ flip, rollback }: WholeStack): (() => Promise<unknown>)[] {
  return [
    () => flip(['conversation'], 'canary', 50),
    () => flip(['auth'], 'canary', 50),
    () => flip(['emotion'], 'canary', 50),
    () => flip(['auth.register'], 'service'),
    () => flip(['ai'], 'service'),
    () => flip(['conversation'], 'service'),
    () => flip(['auth'], 'service'),
    () => flip(['emotion'], 'service'),
    () => rollback({ names: ['auth.register'] }),
    () => flip(['conversation'], 'canary', 30),
    () => rollback({ names: [...SERVED_DOMAINS] }),
  ]
}
