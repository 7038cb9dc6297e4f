import { type Stage, VISITOR_COOKIE } from '@emotibot/contracts'
import { createRawSender, type RawAnswer, startStack } from '@emotibot/testkit'
import type { LookedAtEntry } from './entry.ts'

/** Requests a minute per client address, as ever. */
export const LIMIT = 100

const BODY = JSON.stringify({ text: 'I am happy' })

/** What is wrong with the limit at a front door that believes the `X-Forwarded-For` of this machine. */
export async function rateLimitFaults(url: string): Promise<string[]> {
  const sender = createRawSender(url)
  const from = (address: string): Promise<RawAnswer> =>
    sender.send({
      method: 'POST',
      path: '/api/emotion/analyze',
      headers: [
        ['x-forwarded-for', address],
        ['content-type', 'application/json'],
        ['cookie', `${VISITOR_COOKIE}=00000000-0000-4000-8000-000000000000`],
      ],
      body: BODY,
    })
  try {
    const first = []
    for (let sent = 0; sent < LIMIT; sent += 1) first.push((await from('203.0.113.1')).status)
    const over = await from('203.0.113.1')
    const other = await from('203.0.113.2')
    return [
      ...(first.every((status) => status === 200)
        ? []
        : [`fewer than ${LIMIT} requests a minute were answered`]),
      ...faultsOfRefusal(over),
      ...(other.status === 200 ? [] : [`another client address was answered ${other.status}`]),
    ]
  } finally {
    sender.close()
  }
}

function faultsOfRefusal({ status, headers, body }: RawAnswer): string[] {
  if (status !== 429) return [`request ${LIMIT + 1} was answered ${status}, not 429`]
  const retryAfter = headers.find(([name]) => name === 'retry-after')?.[1]
  return [
    ...(body.includes('"code":"RATE_LIMITED"') ? [] : ['the 429 has another code']),
    ...(retryAfter !== undefined && Number(retryAfter) > 0 ? [] : ['the 429 does not say when to come back']),
  ]
}

/** A front door with its limit on, behind a proxy on this machine. */
export function startLimited(stage: Stage, settings: Readonly<Record<string, string>> = {}) {
  return startStack({
    stages: stage === 'monolith' ? {} : { 'emotion.analyze': { to: stage } },
    env: {
      facade: { EMOTIBOT_RATE_LIMIT: String(LIMIT), EMOTIBOT_TRUST_PROXY: '127.0.0.1', ...settings },
    },
  })
}

/** 15: another limit at the gateway, behind which all clients are one address: one user locks out all. */
export const rateLimit: LookedAtEntry = {
  number: 15,
  name: `${LIMIT} requests a minute per client address, on either side`,
  find: async () => {
    const faults: string[] = []
    for (const stage of ['monolith', 'service'] as const) {
      const stack = await startLimited(stage)
      faults.push(...(await rateLimitFaults(stack.facade.url)).map((fault) => `${stage}: ${fault}`))
      await stack.close()
    }
    return faults
  },
}
