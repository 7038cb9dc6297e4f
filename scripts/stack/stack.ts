// Puts the stack together: which parts there are, and how each is launched.
import { balancedProcess } from '../balancer/balanced-process.ts'
import { Balancer } from '../balancer/balancer.ts'
import { type NodeProcessSpec, nodeProcess } from '../supervisor/node-process.ts'
import type { Part } from '../supervisor/part.ts'
import { type AppContext, appEnvironment, isOurs, loopback } from './app-environment.ts'
import { type AppSpec, apps } from './apps.ts'
import { inRepository } from './places.ts'
import { choosePorts } from './ports.ts'
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
  const { dataDir, secrets, withVisitors, onLine } = options
  const ports = await choosePorts(apps, process.env)
  const settings = await settingsByApp(apps, process.env)
  const of = (app: string) => loopback(ports.of(app))
  const postgres = embeddedPostgres(options)
  const context: AppContext = { dataDir, secret: secrets.legacy_jwt_secret, ports, postgres, settings }
  const visitors = withVisitors ? [visitorsPart(of('facade'), options)] : []
  const appParts = apps.map((app) => appPart(app, context, onLine))
  return {
    parts: [...(postgres ? [postgres] : []), ...appParts, ...visitors],
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

function appPart(app: AppSpec, context: AppContext, onLine: StackOptions['onLine']): Part {
  const { name, calls = [], after = [], databases = [], isReplicable = false } = app
  const address = context.ports.of(name)
  const specOf = (port: number): NodeProcessSpec => ({
    entry: inRepository('apps', name, 'src', 'main.ts'),
    env: () => appEnvironment(app, port, context),
    readyUrl: `${loopback(port)}/health/ready`,
    onLine: (line) => onLine(name, line),
  })
  return {
    name,
    dependsOn: [...calls, ...after, ...(databases.some(isOurs) ? ['postgres'] : [])],
    isReplicable,
    launch: isReplicable ? balancedProcess(new Balancer(address), specOf) : nodeProcess(specOf(address)),
  }
}

function visitorsPart(facadeUrl: string, { onLine, secrets }: StackOptions): Part {
  const entry = inRepository('scripts', 'visitors', 'main.ts')
  const env = () => ({ EMOTIBOT_FACADE_URL: facadeUrl, EMOTIBOT_VISITORS_SECRET: secrets.visitors_secret })
  const launch = nodeProcess({ entry, env, onLine: (line) => onLine('visitors', line) })
  return { name: 'visitors', dependsOn: ['facade'], launch }
}
