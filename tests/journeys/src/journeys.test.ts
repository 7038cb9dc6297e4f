import { afterAll, beforeAll, describe, it } from 'vitest'
import { findChromium, NO_CHROMIUM } from './chromium.ts'
import { type Ground, openGround } from './ground.ts'
import { journeysAt } from './journeys/index.ts'
import { stageMixes } from './stage-mixes.ts'

/** Generous, for a machine that has other work too. */
const WALK_MOST_MS = 90_000
const executablePath = findChromium()
if (executablePath === null) process.stderr.write(`${NO_CHROMIUM}\n`)

describe.skipIf(executablePath === null)('in a browser', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await openGround(executablePath ?? '')
  })
  afterAll(() => ground?.close())

  describe.each(stageMixes)('with $name', (mix) => {
    beforeAll(() => ground.enter(mix))
    it.each(journeysAt(mix))('$title', (journey) => ground.walk(journey, mix), WALK_MOST_MS)
  })
})
