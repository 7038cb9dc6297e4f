import type { AppSpec } from './apps.ts'

/** Settings that `npm start` reads itself; the ports are the front door's. */
const OF_THE_STACK = [
  'EMOTIBOT_DATA_DIR',
  'EMOTIBOT_PORT',
  'EMOTIBOT_CONTROL_PORT',
  'EMOTIBOT_INTERNAL_PORT',
  'EMOTIBOT_CALLED_FROM',
]

type Settings = Record<string, string>

/**
 * Hands each of the caller's own `EMOTIBOT_…` settings to the apps that know it, by app name.
 * Throws for one that no app knows: a misspelt setting must not pass in silence.
 */
export async function settingsByApp(
  apps: readonly AppSpec[],
  env: NodeJS.ProcessEnv,
): Promise<Record<string, Settings>> {
  const given = Object.entries(env).filter(
    ([name]) => name.startsWith('EMOTIBOT_') && !OF_THE_STACK.includes(name),
  )
  if (given.length === 0) return {}
  const known = await Promise.all(apps.map(settingsKnownTo))
  refuseUnknown(given, new Set(known.flat()))
  const shares = apps.map((app, index) => {
    const own = given.filter(([setting]) => known[index]?.includes(setting) && mayTake(app, setting))
    return [app.name, Object.fromEntries(own) as Settings] as const
  })
  return Object.fromEntries(shares)
}

/** An address to listen on is the front door's: what stands behind it stays on the loopback address. */
const mayTake = (app: AppSpec, setting: string): boolean =>
  setting !== 'EMOTIBOT_HOST' || app.port !== undefined

function refuseUnknown(given: readonly [string, unknown][], known: ReadonlySet<string>): void {
  const unknown = given.map(([name]) => name).filter((name) => !known.has(name))
  if (unknown.length === 0) return
  throw new Error(`No app knows the setting ${unknown.join(', ')}. See .env.example for those there are.`)
}

async function settingsKnownTo({ config }: AppSpec): Promise<string[]> {
  const { configSchema } = await config()
  return Object.values(configSchema).map((option) => option.env)
}
