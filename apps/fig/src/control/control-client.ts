import type {
  AbortedFlip,
  AuditEntry,
  CarveOutStatus,
  CarveOuts,
  DeadLetterName,
  DeadLetters,
  FlipRequest,
  Plan,
  Receipt,
  ReplayedDeadLetters,
  RollbackRequest,
  SeenConflicts,
  SettledCarveOut,
  Status,
  Why,
} from '@emotibot/contracts'
import { noAnswerError } from '../errors.ts'
import type { ControlAddress } from './find-control.ts'
import { request, send } from './send.ts'
import { readEvents } from './server-events.ts'

export type VerifyRequest = { readonly repair: boolean; readonly why?: string | undefined }
export type SettleRequest = { readonly conflicts?: SeenConflicts; readonly why?: string | undefined }
export type FreezeRequest = { readonly frozen: boolean; readonly why?: string }

/** The control API, typed by its contract. Every method throws a FigError that knows its exit status. */
export function createControlClient(address: ControlAddress) {
  const command = async (key: 'backfill' | 'verify', domain: string, body: object) =>
    (await send(address, key, { params: { domain }, body })) as CarveOutStatus
  return {
    status: async () => (await send(address, 'status')) as Status,
    plan: async (body: FlipRequest) => (await send(address, 'plan', { body })) as Plan,
    flip: async (body: FlipRequest) => (await send(address, 'flip', { body })) as Receipt,
    rollback: async (body: RollbackRequest) => (await send(address, 'rollback', { body })) as Receipt,
    abort: async (flip: string, why?: string) =>
      (await send(address, 'abort', { params: { flip }, body: { why } })) as AbortedFlip,
    carveOuts: async () => (await send(address, 'carveOuts')) as CarveOuts,
    backfill: (domain: string, why?: string) => command('backfill', domain, { why }),
    verify: (domain: string, body: VerifyRequest) => command('verify', domain, body),
    settle: async (domain: string, body: SettleRequest) =>
      (await send(address, 'settle', { params: { domain }, body })) as SettledCarveOut,
    deadLetters: async () => (await send(address, 'deadLetters')) as DeadLetters,
    replayDeadLetters: async (dead_letters: readonly DeadLetterName[], why?: string) =>
      (await send(address, 'replayDeadLetters', { body: { dead_letters, why } })) as ReplayedDeadLetters,
    freeze: async (body: FreezeRequest) =>
      (await send(address, 'freeze', { body })) as { is_frozen: boolean },
    audit: async (limit: number) => {
      const answer = await send(address, 'audit', { query: { limit: String(limit) } })
      return answer as { entries: AuditEntry[] }
    },
    why: async (user: string, route: string) =>
      (await send(address, 'why', { query: { user, route } })) as Why,
    watch: () => watch(address),
  }
}
export type ControlClient = ReturnType<typeof createControlClient>

async function* watch(address: ControlAddress): AsyncGenerator<Status> {
  const answer = await request(address, 'watch', {})
  if (!answer.ok || !answer.body) {
    // The same question without the stream, for its error in words.
    await send(address, 'status')
    throw noAnswerError(`watching answered ${answer.status}`)
  }
  for await (const { event, data } of readEvents(answer.body)) {
    if (event === 'status') yield JSON.parse(data) as Status
  }
}
