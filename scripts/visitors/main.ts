// The demo visitors: a process of its own, so that it can be turned off and costs the others nothing.
import { createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@emotibot/contracts'
import { exitWithParent } from '@emotibot/service-kit/exit-with-parent'
import { fetchFrom } from './fetch-from.ts'
import { type VisitorCharacter, visitors } from './sentences.ts'
import { Visitor } from './visitor.ts'

const PAUSE_MS = 9_000
const PAUSE_AFTER_ERROR_MS = 30_000

async function live(character: VisitorCharacter, facadeUrl: string): Promise<never> {
  const visitor = createVisitor(character, facadeUrl)
  for (;;) {
    const pause = await visitor.step().then(
      () => PAUSE_MS * (0.7 + Math.random()),
      () => {
        visitor.startOver()
        return PAUSE_AFTER_ERROR_MS
      },
    )
    await delay(pause)
  }
}

function createVisitor(character: VisitorCharacter, baseUrl: string): Visitor {
  let token = ''
  const client = createClient({
    baseUrl,
    fetch: fetchFrom(character.address),
    headers: (): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {}),
  })
  const useToken = (fresh: string) => {
    token = fresh
  }
  return new Visitor({ character, password: passwordOf(character), client, useToken })
}

/** The same at every start, and known to nobody who does not hold the stack's secrets. */
const passwordOf = ({ name }: VisitorCharacter): string =>
  createHmac('sha256', process.env['EMOTIBOT_VISITORS_SECRET'] ?? '')
    .update(name)
    .digest('base64url')

exitWithParent()
await Promise.all(visitors.map((character) => live(character, process.env['EMOTIBOT_FACADE_URL'] ?? '')))
