import { freePort } from '@emotibot/db'
import { type AppSpec, CONTROL_PORT } from './apps.ts'

/** Chosen once, so that an app keeps its address when it restarts. */
export type Ports = { control: number; internal: number; of: (app: string) => number }

/** Gives every app a port of its own; one that is busy, or asked for twice, steps aside. */
export async function choosePorts(apps: readonly AppSpec[], env: NodeJS.ProcessEnv): Promise<Ports> {
  const taken = new Set<number>()
  const choose = async (wanted: number): Promise<number> => {
    const port = await freePort(taken.has(wanted) ? 0 : wanted)
    if (taken.has(port)) return choose(0)
    taken.add(port)
    return port
  }
  const ports = new Map<string, number>()
  const control = await choose(Number(env['EMOTIBOT_CONTROL_PORT'] || CONTROL_PORT))
  for (const { name, port = 0 } of apps) {
    const wanted = port > 0 && env['EMOTIBOT_PORT'] ? Number(env['EMOTIBOT_PORT']) : port
    ports.set(name, await choose(wanted))
  }
  const internal = await choose(Number(env['EMOTIBOT_INTERNAL_PORT'] || 0))
  return { control, internal, of: (app) => ports.get(app) ?? 0 }
}
