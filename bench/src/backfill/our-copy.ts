import { type Mover, startAuth, startConversation, startMover, until } from '@emotibot/testkit'

export type Copying = {
  readonly domain: keyof typeof START
  readonly file: string
  readonly databaseUrl: string
  readonly secret: string
  /** 300 seconds unless given. */
  readonly withinMs?: number
}

const START = { auth: startAuth, conversation: startConversation } as const
const USUAL_BOUND_MS = 300_000

/**
 * Milliseconds from the command to the mover until every row is at the service, and is in its feed. The mover is a process
 * of its own, as it is deployed; it runs already, as it does for as long as a domain is carved out.
 */
export async function timeOurCopy(copying: Copying): Promise<number> {
  const { domain, file, databaseUrl, secret, withinMs = USUAL_BOUND_MS } = copying
  // Makes the service's tables.
  await (await START[domain]({ databaseUrl, secret })).close()
  const databaseUrls = { [domain]: databaseUrl }
  const mover = await startMover({ processes: true, file, databaseUrls, secret })
  try {
    await until('the stores are open', async () => (await mover.status()).carve_outs[0]?.state === 'idle')
    const startedMs = performance.now()
    await until('it begins', async () => (await mover.command('backfill', domain)) === 202)
    await until('all is there', () => isDone(mover), withinMs)
    return performance.now() - startedMs
  } finally {
    await mover.close()
  }
}

async function isDone(mover: Mover): Promise<boolean> {
  const [carveOut] = (await mover.status()).carve_outs
  const isCopied = carveOut?.backfill.every(({ is_finished }) => is_finished) ?? false
  return isCopied && carveOut?.feeds[0]?.behind?.entries === 0
}
