import { createTestStore, type TestStore } from '@emotibot/service-store/testing'
import { afterAll } from 'vitest'
import { ownerSteps, type RunningAuth, startAuth } from './start-auth.ts'

/** One service over a database that owns everything, for all the tests of the file that asks at its top. */
export async function serveForFile(): Promise<{ database: TestStore; auth: RunningAuth }> {
  const database = await createTestStore(ownerSteps)
  const auth = await startAuth(database.url)
  afterAll(async () => {
    await auth.close()
    await database.drop()
  })
  return { database, auth }
}
