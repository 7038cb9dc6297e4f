import { createTestDatabase } from '@emotibot/db/testing'
import { once, type RunningApp, withMore } from './running-app.ts'

export type KeptDatabase = { readonly databaseUrl: string }

/** An app over a database: the one given, to be found again, or a new one that goes with the app. */
export async function withDatabase(
  given: string | undefined,
  start: (databaseUrl: string) => Promise<RunningApp>,
): Promise<RunningApp & KeptDatabase> {
  const database = given ? null : await createTestDatabase()
  const databaseUrl = given ?? database?.url ?? ''
  const drop = async () => database?.drop()
  try {
    const app = await start(databaseUrl)
    return withMore(app, { databaseUrl, close: once(() => app.close().finally(drop)) })
  } catch (cause) {
    await drop()
    throw cause
  }
}
