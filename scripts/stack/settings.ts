import type { ConfigSchema } from '@emotibot/service-kit'
import { inRepository } from './places.ts'

/** Settings that `npm start` reads itself; the port is the front door's. */
const OF_THE_STACK = ['EMOTIBOT_DATA_DIR', 'EMOTIBOT_PORT', 'EMOTIBOT_CONTROL_PORT', 'EMOTIBOT_CALLED_FROM']

type Settings = Record<string, string>

/**
 * Hands each of the caller's own `EMOTIBOT_…` settings to the apps that know it, by app name.
 * Throws for one that no app knows: a misspelt setting must not pass in silence.
 */
export async function settingsByApp(
  appNames: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Record<string, Settings>> {
  const given = Object.entries(env).filter(
    ([name]) => name.startsWith('EMOTIBOT_') && !OF_THE_STACK.includes(name),
  )
  if (given.length === 0) return {}
  const known = await Promise.all(appNames.map(settingsKnownTo))
  refuseUnknown(
    given.map(([name]) => name),
    new Set(known.flat()),
  )
  const shares = appNames.map(
    (app, index) => [app, given.filter(([name]) => known[index]?.includes(name))] as const,
  )
  return Object.fromEntries(shares.map(([app, share]) => [app, Object.fromEntries(share) as Settings]))
}

function refuseUnknown(given: readonly string[], known: ReadonlySet<string>): void {
  const unknown = given.filter((name) => !known.has(name))
  if (unknown.length === 0) return
  throw new Error(`No app knows the setting ${unknown.join(', ')}. See .env.example for those there are.`)
}

async function settingsKnownTo(app: string): Promise<string[]> {
  const schema = await readConfigSchema(app)
  return Object.values(schema).map((option) => option.env)
}

/** Every app declares its settings in `src/config.ts`. */
export async function readConfigSchema(app: string): Promise<ConfigSchema> {
  const module = (await import(inRepository('apps', app, 'src', 'config.ts'))) as {
    configSchema: ConfigSchema
  }
  return module.configSchema
}
