import { type App, type Config, type ConfigSchema, loadConfig } from '@emotibot/service-kit'
import { once, type RunningApp } from './running-app.ts'

export type AppModule<S extends ConfigSchema> = {
  readonly configSchema: S
  readonly createApp: (config: Config<S>) => Promise<App> | App
}

/** Starts an app inside this process, by the same settings as its own process would get. */
export async function startInProcess<S extends ConfigSchema>(
  name: string,
  { configSchema, createApp }: AppModule<S>,
  env: Readonly<Record<string, string>>,
): Promise<RunningApp> {
  const app = await createApp(loadConfig(configSchema, env))
  const urls = await app.listen().catch(async (cause: unknown) => {
    await app.close()
    throw cause
  })
  return {
    name,
    url: urls['main'] ?? '',
    pid: null,
    isRunning: () => true,
    lastWords: () => '',
    kill: async () => noProcess(name),
    freeze: () => noProcess(name),
    thaw: () => noProcess(name),
    restart: async () => noProcess(name),
    close: once(() => app.close()),
  }
}

function noProcess(name: string): never {
  throw new Error(`${name} runs inside this process: start it with processes: true.`)
}
