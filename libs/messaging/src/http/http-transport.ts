import { EVENTS_PATH, type EventBatch } from '@emotibot/contracts'
import Type from 'typebox'
import { Value } from 'typebox/value'
import { subscriberAnsweredError } from '../errors.ts'
import type { Subscriber } from '../subscribers.ts'
import type { Delivery, Line, Transport } from '../transport.ts'

export type HttpTransportOptions = {
  readonly subscribers: readonly Subscriber[]
  /** A service token for this subscriber: `createServiceToken` with its name as audience. */
  readonly tokenFor: (name: string) => Promise<string>
  readonly deadlineMs?: number
}

/** Longer than a consumer's own deadline for its database. */
const DEADLINE_MS = 15_000
const Gap = Type.Object({ code: Type.Literal('GAP'), at: Type.String() })

/** Where there is no broker: every batch is posted to its subscriber, which answers when it has taken it in. */
export function createHttpTransport({
  subscribers,
  tokenFor,
  deadlineMs = DEADLINE_MS,
}: HttpTransportOptions): Transport {
  const stopping = new AbortController()
  const lineTo = ({ name, url }: Subscriber): Line => ({
    consumer: name,
    send: async (batch) => {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(deadlineMs)])
      return deliveryOf(name, await post(url, batch, { token: await tokenFor(name), signal }))
    },
  })
  return {
    lines: subscribers.map(lineTo),
    close: async () => stopping.abort(),
  }
}

type Posting = { readonly token: string; readonly signal: AbortSignal }
type Answered = { readonly status: number; readonly text: string }

async function post(url: string, batch: EventBatch, { token, signal }: Posting): Promise<Answered> {
  const answer = await fetch(url + EVENTS_PATH, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(batch),
    redirect: 'error',
    signal,
  })
  return { status: answer.status, text: await answer.text() }
}

function deliveryOf(name: string, { status, text }: Answered): Delivery {
  if (status === 204) return { outcome: 'delivered' }
  const body = parse(text)
  if (status === 409 && Value.Check(Gap, body)) return { outcome: 'gap', at: body.at }
  throw subscriberAnsweredError(name, status, text)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
