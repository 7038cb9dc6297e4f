import { EXIT_PORT_TAKEN } from '@emotibot/service-kit'
import { EndedEarlyError } from '../supervisor/wait-for-ready.ts'

const ATTEMPTS = 3

/**
 * Runs what chooses its ports when it starts. A port that was free when it was chosen may be somebody else's by the
 * time it is used: then it is run again, and chooses anew.
 */
export async function withFreshPorts<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (!isPortTaken(error) || attempt === ATTEMPTS) throw error
    }
  }
}

/** By one of our processes, or here. */
function isPortTaken(error: unknown): boolean {
  if (error instanceof EndedEarlyError) return error.exit.code === EXIT_PORT_TAKEN
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
