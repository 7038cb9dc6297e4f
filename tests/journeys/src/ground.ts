import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFolder, type Stack, startStack, uniqueName } from '@emotibot/testkit'
import type { Browser } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { expectEqual, type Journey } from './journey.ts'
import { writeOldFile } from './old-file.ts'
import type { StageMix } from './stage-mixes.ts'
import { openVisit, type Visit } from './visit.ts'

const RESULTS = fileURLToPath(new URL('../test-results/', import.meta.url))

/** One stack and one browser for all journeys. */
export type Ground = {
  /** Puts the routes where the mix wants them. */
  enter(mix: StageMix): Promise<void>
  /** Walks a journey. Throws what went wrong, and leaves a picture of it. */
  walk(journey: Journey, mix: StageMix): Promise<void>
  close(): Promise<void>
}

export async function openGround(executablePath: string): Promise<Ground> {
  const folder = createFolder('journeys')
  const file = join(folder.path, 'old.sqlite')
  writeOldFile(file)
  const [stack, browser] = await Promise.all([
    startStack({
      carvedOut: ['auth', 'conversation', 'emotion'],
      file,
      env: { monolith: { EMOTIBOT_REPLY_PACE_MS: '3' } },
    }),
    launchChromium(executablePath),
  ])
  let flips: Promise<unknown> = Promise.resolve()
  return {
    enter: async (mix) => void (await mix.before(stack)),
    walk: (journey, mix) => {
      // Journeys walk side by side; what one of them flips is done before the next one looks.
      const inTheMiddle = async () => {
        flips = flips.then(() => mix.inTheMiddle(stack))
        await flips
      }
      return walkJourney(journey, { mix, stack, browser, inTheMiddle })
    },
    async close() {
      await browser.close()
      await stack.close()
      folder.remove()
    },
  }
}

type Place = {
  readonly mix: StageMix
  readonly stack: Stack
  readonly browser: Browser
  readonly inTheMiddle: () => Promise<void>
}

async function walkJourney(journey: Journey, { mix, stack, browser, inTheMiddle }: Place): Promise<void> {
  const visits: Visit[] = []
  try {
    await journey.walk({
      stack,
      async visit(options) {
        const visit = await openVisit(browser, options?.baseURL ?? stack.facade.url, options)
        visits.push(visit)
        return visit
      },
      newAccount() {
        const username = uniqueName('mira')
        return { username, email: `${username}@emotibot.example`, password: 'quiet river stone' }
      },
      inTheMiddle,
    })
    expectEqual(
      visits.flatMap((visit) => visit.troubles()),
      [],
      'what the console and the network complain of',
    )
  } catch (cause) {
    const pictures = visits.map((visit, at) => visit.screenshot(pictureOf(journey, mix, at)).catch(() => {}))
    await Promise.all(pictures)
    throw cause
  } finally {
    await Promise.all(visits.map((visit) => visit.close()))
  }
}

function pictureOf(journey: Journey, mix: StageMix, at: number): string {
  const name = `${mix.name} ${journey.title} ${at + 1}`
  return join(RESULTS, `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 140)}.png`)
}
