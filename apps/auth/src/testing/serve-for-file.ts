import { createTestDatabase } from '@emotibot/db/testing'
import { afterAll } from 'vitest'
import { lookInto, ownerSteps, type RunningAuth, startAuth, type TestStore } from './start-auth.ts'

/** One service over a database that owns everything, for all the tests of the file that asks at its top. */
export async function serveForFile(): Promise<{ database: TestStore; auth: RunningAuth }> {
  const database = lookInto(await createTestDatabase({ steps: ownerSteps }))
  const auth = await startAuth(database.url)
  afterAll(async () => {
    await auth.close()
    await database.drop()
  })
  return { database, auth }
}
