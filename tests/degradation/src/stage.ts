import { type CarvedOutStack, createUser, startStack, until } from '@emotibot/testkit'

export type Stage = CarvedOutStack<'auth' | 'conversation' | 'emotion'>

const DOMAINS = ['auth', 'conversation', 'emotion', 'ai'] as const

/** Two front doors, and everything that has a service on it, each a process that can be killed. */
export function setStage(): Promise<Stage> {
  return startStack({
    processes: true,
    facades: 2,
    carvedOut: ['auth', 'conversation', 'emotion'],
    stages: Object.fromEntries(DOMAINS.map((domain) => [domain, { to: 'service' } as const])),
  })
}

const WELL_WITHIN_MS = 60_000

/** Starts whatever was killed, and waits until all is as it was. */
export async function bringBack(stage: Stage): Promise<void> {
  const { monolith, auth, emotion, conversation, ai, mover, facades } = stage
  const dead = [monolith, auth, emotion, conversation, ai, mover, ...facades].filter(
    (app) => !app.isRunning(),
  )
  await Promise.all(dead.map((app) => app.restart()))
  await untilWell(stage)
}

/** All doors let people in, and all stores are in step. */
export async function untilWell({ facades, untilInStep }: Stage): Promise<void> {
  for (const { url } of facades) await until('somebody can register', () => createUser(url), WELL_WITHIN_MS)
  await untilInStep()
}
