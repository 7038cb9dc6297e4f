import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Target } from '../plan/plan-faults.ts'
import { TARGETS } from '../plan/plan-faults.ts'
import type { Breakable, Parts } from './start-ground.ts'
import type { Weather } from './weather.ts'

export type Supervisor = ReturnType<typeof createSupervisor>

export type SupervisorOptions = {
  readonly parts: Parts
  readonly weather: Weather
  /** Something ended that nobody had killed. */
  readonly onDeath: (target: Target, lastWords: string) => void
  /** Told of everything that is broken or whole again. */
  readonly onNews: (line: string) => void
}

const LOOK_EVERY_MS = 200
const RESTART_WITHIN_MS = 60_000
const RESTART_AGAIN_MS = 300

/** Breaks parts by plan, and starts again whatever ends, asked to or not. */
export function createSupervisor({ parts, weather, onDeath, onNews }: SupervisorOptions) {
  const broken = new Set<Target>()
  const counts = { kills: 0, freezes: 0 }

  /** What is broken already is left alone. Resolves when it is whole. */
  async function carryOut({ target, kind, forMs }: Fault): Promise<void> {
    const part = parts[target]
    if (broken.has(target) || !part) return
    await whileBroken(target, async () => {
      onNews(`${kind} ${target} for ${forMs} ms`)
      if (kind === 'freeze') {
        counts.freezes += 1
        part.freeze()
        await delay(forMs)
        part.thaw()
        return
      }
      counts.kills += 1
      await part.kill()
      await delay(forMs)
      await restart(part)
    })
  }

  async function whileBroken(target: Target, work: () => Promise<void>): Promise<void> {
    broken.add(target)
    const isWhole = weather.begin()
    try {
      await work()
    } finally {
      broken.delete(target)
      isWhole()
      onNews(`${target} is back`)
    }
  }

  async function watch(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      for (const target of TARGETS) {
        const part = parts[target]
        if (broken.has(target) || !part || part.isRunning()) continue
        onDeath(target, part.lastWords())
        await whileBroken(target, () => restart(part))
      }
      await delay(LOOK_EVERY_MS)
    }
  }

  /** One after another, but for those that come together. Resolves when everything is whole. */
  async function carryOutAll(faults: readonly Fault[], isOver: () => boolean): Promise<void> {
    let broken: Promise<void>[] = []
    for (const fault of faults) {
      await rest(fault.restMs, isOver)
      if (isOver()) break
      broken.push(carryOut(fault))
      if (fault.isJoined) continue
      await Promise.all(broken)
      broken = []
    }
    await Promise.all(broken)
  }

  return { counts, carryOutAll, watch }
}

/** Ends early when the storm does. */
async function rest(ms: number, isOver: () => boolean): Promise<void> {
  for (let restedMs = 0; restedMs < ms && !isOver(); restedMs += LOOK_EVERY_MS)
    await delay(Math.min(LOOK_EVERY_MS, ms - restedMs))
}

/** A process that finds its database away may end again: it is started until it stays. */
async function restart(part: Breakable): Promise<void> {
  const deadlineMs = performance.now() + RESTART_WITHIN_MS
  for (;;) {
    try {
      return await part.restart()
    } catch (cause) {
      if (performance.now() > deadlineMs) throw cause
      await delay(RESTART_AGAIN_MS)
    }
  }
}
