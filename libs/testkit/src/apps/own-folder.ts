import type { Folder } from '../folder.ts'
import { once, type RunningApp, withMore } from './running-app.ts'

/** What every app gets: its own address, nothing logged, nothing kept where it could meet another's. */
export function commonEnv(folder: Folder): Record<string, string> {
  return {
    EMOTIBOT_HOST: '127.0.0.1',
    EMOTIBOT_PORT: '0',
    EMOTIBOT_LOG_LEVEL: 'silent',
    EMOTIBOT_DATA_DIR: folder.path,
  }
}

/** The folder goes with the app, and also when the app does not start. */
export async function startIn(folder: Folder, start: () => Promise<RunningApp>): Promise<RunningApp> {
  try {
    const app = await start()
    return withMore(app, {
      close: once(async () => {
        await app.close()
        folder.remove()
      }),
    })
  } catch (cause) {
    folder.remove()
    throw cause
  }
}
