import { EXIT_PORT_TAKEN } from '@emotibot/service-kit'
import { EndedEarlyError } from '../supervisor/wait-for-ready.ts'

const ATTEMPTS = 3

/**
 * Runs what chooses its ports when it starts. A port that was free when it was chosen may be somebody else's by the
 * time it is used: then it is run again, and chooses anew.
 */
export async function withFreshPorts(run: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      const isPortTaken = error instanceof EndedEarlyError && error.exit.code === EXIT_PORT_TAKEN
      if (!isPortTaken || attempt === ATTEMPTS) throw error
    }
  }
}
