import { join } from 'node:path'
import { type AppSpec, databaseVariable, urlVariable } from './apps.ts'
import type { Ports } from './ports.ts'
import type { PostgresPart } from './postgres-part.ts'

export type AppContext = {
  dataDir: string
  secret: string
  ports: Ports
  postgres: PostgresPart | undefined
  /** What the caller has set, by app. */
  settings: Record<string, Record<string, string>>
}

/** The whole environment of one process of an app. */
export function appEnvironment(app: AppSpec, port: number, context: AppContext): Record<string, string> {
  const { dataDir, secret, ports, postgres, settings } = context
  const { name, calls = [], knows = [], databases = [] } = app
  const urlOf = (other: string) => loopback(ports.of(other))
  return {
    EMOTIBOT_DATA_DIR: dataDir,
    LEGACY_JWT_SECRET: secret,
    ...Object.fromEntries([...calls, ...knows].map((other) => [urlVariable(other), urlOf(other)])),
    ...Object.fromEntries(databases.map((one) => [databaseVariable(one), databaseUrl(one, postgres)])),
    ...app.env?.({
      file: (fileName) => join(dataDir, fileName),
      urlOf,
      controlPort: ports.control,
      internalPort: ports.internal,
      internalUrl: loopback(ports.internal),
    }),
    ...settings[name],
    EMOTIBOT_PORT: String(port),
  }
}

/** Not placed on a server of somebody's own. */
export const isOurs = (database: string): boolean => !process.env[databaseVariable(database)]

const databaseUrl = (database: string, postgres: PostgresPart | undefined): string =>
  process.env[databaseVariable(database)] || (postgres?.url(database) ?? '')

export const loopback = (port: number): string => `http://127.0.0.1:${port}`
