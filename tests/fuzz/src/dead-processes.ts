import { INTERNAL_PATHS } from '@emotibot/contracts'
import type { Stack } from '@emotibot/testkit'

/** Processes that no longer say they are ready. */
export async function deadProcesses({ facade, monolith, emotion }: Stack): Promise<string[]> {
  const verdicts = await Promise.all(
    [facade, monolith, emotion].map(async ({ name, url, pid }) => {
      const isAlive = pid !== null && isRunning(pid)
      const answer = await fetch(url + (name === 'facade' ? '/' : INTERNAL_PATHS.ready)).catch(() => null)
      return isAlive && answer?.ok ? [] : [name]
    }),
  )
  return verdicts.flat()
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
