// Puts the stack together: which parts there are, and the environment each is given.
import { join } from 'node:path'
import { nodeProcess } from '../supervisor/node-process.ts'
import type { Part } from '../supervisor/part.ts'
import { type AppSpec, apps, databaseVariable, urlVariable } from './apps.ts'
import { inRepository } from './places.ts'
import { choosePorts, type Ports } from './ports.ts'
import { type PostgresPart, postgresPart } from './postgres-part.ts'
import type { Secrets } from './secrets.ts'
import { settingsByApp } from './settings.ts'

export type StackOptions = {
  dataDir: string
  secrets: Secrets
  withVisitors: boolean
  onLine: (part: string, line: string) => void
}

export type Stack = {
  parts: readonly Part[]
  urls: { facade: string; control: string; of: (app: string) => string }
  appNames: readonly string[]
}

export async function describeStack(options: StackOptions): Promise<Stack> {
  const ports = await choosePorts(apps, process.env)
  const settings = await settingsByApp(apps, process.env)
  const of = (app: string) => loopback(ports.of(app))
  const postgres = embeddedPostgres(options)
  const context: AppContext = { options, ports, of, postgres, settings }
  const visitors = options.withVisitors ? [visitorsPart(of('facade'), options)] : []
  return {
    parts: [...(postgres ? [postgres] : []), ...apps.map((app) => appPart(app, context)), ...visitors],
    urls: { facade: of('facade'), control: loopback(ports.control), of },
    appNames: apps.map((app) => app.name),
  }
}

/** Only the databases that no `*_DATABASE_URL` places elsewhere; without any, no server of our own. */
function embeddedPostgres({ dataDir, onLine }: StackOptions): PostgresPart | undefined {
  const databases = [...new Set(apps.flatMap(({ databases = [] }) => databases))].filter(isOurs)
  if (databases.length === 0) return undefined
  return postgresPart({ dataDir, databases, onLine: (line) => onLine('postgres', line) })
}

/** Not placed on a server of somebody's own. */
const isOurs = (database: string): boolean => !process.env[databaseVariable(database)]

type AppContext = {
  options: StackOptions
  ports: Ports
  of: (app: string) => string
  postgres: PostgresPart | undefined
  settings: Record<string, Record<string, string>>
}

function appPart(app: AppSpec, context: AppContext): Part {
  const { name, calls = [], after = [], databases = [] } = app
  return {
    name,
    dependsOn: [...calls, ...after, ...(databases.some(isOurs) ? ['postgres'] : [])],
    launch: nodeProcess({
      entry: inRepository('apps', name, 'src', 'main.ts'),
      env: () => appEnvironment(app, context),
      readyUrl: `${context.of(name)}/health/ready`,
      onLine: (line) => context.options.onLine(name, line),
    }),
  }
}

function appEnvironment(app: AppSpec, context: AppContext): Record<string, string> {
  const { options, ports, of, postgres, settings } = context
  const { name, calls = [], knows = [], databases = [] } = app
  const file = (fileName: string) => join(options.dataDir, fileName)
  return {
    EMOTIBOT_DATA_DIR: options.dataDir,
    LEGACY_JWT_SECRET: options.secrets.legacy_jwt_secret,
    ...Object.fromEntries([...calls, ...knows].map((app) => [urlVariable(app), of(app)])),
    ...Object.fromEntries(databases.map((one) => [databaseVariable(one), databaseUrl(one, postgres)])),
    ...app.env?.({ file, controlPort: ports.control }),
    ...settings[name],
    EMOTIBOT_PORT: String(ports.of(name)),
  }
}

const databaseUrl = (database: string, postgres: PostgresPart | undefined): string =>
  process.env[databaseVariable(database)] || (postgres?.url(database) ?? '')

function visitorsPart(facadeUrl: string, { onLine, secrets }: StackOptions): Part {
  const entry = inRepository('scripts', 'visitors', 'main.ts')
  const env = () => ({ EMOTIBOT_FACADE_URL: facadeUrl, EMOTIBOT_VISITORS_SECRET: secrets.visitors_secret })
  const launch = nodeProcess({ entry, env, onLine: (line) => onLine('visitors', line) })
  return { name: 'visitors', dependsOn: ['facade'], launch }
}

const loopback = (port: number): string => `http://127.0.0.1:${port}`
