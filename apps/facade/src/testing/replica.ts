import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@emotibot/service-kit'
import { onTestFinished } from 'vitest'
import { createEvents } from '../events.ts'
import { createRevocations, type OwnedRevocations } from '../revocation/create-revocations.ts'
import { LedgerClient } from '../routing/ledger-client.ts'
import { Tally } from '../tally.ts'
import { Upstream } from '../upstreams/upstream.ts'
import type { Side } from './side.ts'

const timeouts = { connectTimeoutMs: 1_000, headersTimeoutMs: 1_000, bodyTimeoutMs: 1_000 }

export type Replica = OwnedRevocations & { readonly ledger: LedgerClient }

/** What of a facade follows the list of ended sessions, with real connections. Closed when the test is done. */
export async function startReplica(ledgerUrl: string, sides: readonly Side[]): Promise<Replica> {
  const logger = createLogger('replica', 'silent')
  const ledger = new LedgerClient({
    url: ledgerUrl,
    replicaId: `replica-${randomUUID()}`,
    snapshotFile: join(tmpdir(), `emotibot-replica-${randomUUID()}.json`),
    logger,
  })
  const [monolith, ...services] = sides.map(({ name, url }) => new Upstream(name, url, timeouts))
  if (!monolith) throw new Error('A replica needs at least one side.')
  const upstreams = { monolith, services: new Map(services.map((service) => [service.name, service])) }
  const events = createEvents(logger, new Tally())
  const revocations = createRevocations({ ledger, upstreams, events })
  await ledger.start()
  await revocations.start()
  onTestFinished(async () => {
    await revocations.close()
    await ledger.close()
    await Promise.all([monolith, ...services].map((upstream) => upstream.close()))
  })
  return { ...revocations, ledger }
}

let tokens = 0

/** A token as far as a facade reads one, of a session of its own. */
export function newToken(username = 'ann', sid: string = randomUUID()): { token: string; sid: string } {
  tokens += 1
  const claims = { sub: randomUUID(), username, email: '', sid, iat: tokens, exp: tokens }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return { token: `e30.${payload}.c2lnbmF0dXJl`, sid }
}
