import { setTimeout as delay } from 'node:timers/promises'
import { INTERNAL_HEADERS, type RouteKey } from '@emotibot/contracts'
import { createRawSender, type RawAnswer, type RawRequest } from '@emotibot/testkit'
import type { Target } from '../targets/target.ts'

const ASKED_AGAIN_FOR_MS = 15_000
const PAUSE_MS = 20

/** Sends each request to where its route is answered. Close it when done. */
export function createSenders({ url, urlOf = () => url, between }: Target) {
  const senders = new Map<string, ReturnType<typeof createRawSender>>()

  function senderOf(at: string) {
    const sender = senders.get(at) ?? createRawSender(at)
    senders.set(at, sender)
    return sender
  }

  /**
   * As the front door does: a side that has not seen what the client has executed nothing, and is asked again. And as every
   * client does, where a flip may take longer than a request waits for it.
   */
  async function send(route: RouteKey, request: RawRequest): Promise<RawAnswer> {
    const sender = senderOf(urlOf(route))
    const deadline = performance.now() + ASKED_AGAIN_FOR_MS
    while (true) {
      const answer = await sender.send(request)
      const isForNow = isBehind(answer) || (between !== undefined && isNothingDone(answer))
      if (!isForNow || performance.now() > deadline) return answer
      await delay(PAUSE_MS)
    }
  }

  return {
    urlOf,
    send,
    close: () => {
      for (const sender of senders.values()) sender.close()
    },
  }
}

/** Never seen outside: the front door takes the header off. */
function isBehind({ headers }: RawAnswer): boolean {
  return headers.some(([name, value]) => name === INTERNAL_HEADERS.refused && value === 'behind')
}

function isNothingDone({ status, body }: RawAnswer): boolean {
  return status === 503 && /nothing was done/i.test(body.toString())
}
