import { startPrivatePostgres } from '@emotibot/testkit'
import type { Bench } from '../report/result.ts'
import { measureSlowProvider } from './slow-provider.ts'
import { measureWholePath } from './whole-path.ts'

/** What a chat costs on the monolith and on services, and who notices when the AI provider is slow. */
export const benchChat: Bench = async (options) => {
  const { createDatabase, close } = await startPrivatePostgres()
  try {
    const path = await measureWholePath({ createDatabase }, options)
    const slow = await measureSlowProvider({ createDatabase }, options)
    return {
      unit: 'turns a second; milliseconds; MiB',
      figures: { ...path.figures, ...slow.figures },
      ratios: { ...path.ratios, ...slow.ratios },
      notes: [...path.notes, ...slow.notes],
    }
  } finally {
    await close()
  }
}
