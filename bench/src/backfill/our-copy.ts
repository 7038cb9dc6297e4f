import { type Mover, startAuth, startMover, until } from '@emotibot/testkit'

export type Copying = { readonly file: string; readonly databaseUrl: string; readonly secret: string }

const WITHIN_MS = 300_000

/**
 * Milliseconds from the command to the mover until every row is at the service, and is in its feed. The mover is a process
 * of its own, as it is deployed; it runs already, as it does for as long as a domain is carved out.
 */
export async function timeOurCopy({ file, databaseUrl, secret }: Copying): Promise<number> {
  // Makes the service's tables.
  await (await startAuth({ databaseUrl, secret })).close()
  const mover = await startMover({ processes: true, file, databaseUrl, secret })
  try {
    await until('the stores are open', async () => (await mover.status()).carve_outs[0]?.state === 'idle')
    const startedMs = performance.now()
    await until('it begins', async () => (await mover.command('backfill', 'auth')) === 202)
    await until('all is there', () => isDone(mover), WITHIN_MS)
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
