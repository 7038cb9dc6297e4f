import type { DeadLetterName, DeadLetters, ReplayedDeadLetters } from '@emotibot/contracts'
import { addAuditEntry } from '@emotibot/flags'
import type { ControlContext } from '../context.ts'
import { ControlError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { askDeadLetters, askReplay } from './ask-service.ts'

type Context = Pick<ControlContext, 'upstreams' | 'serviceSecret' | 'ledger'>
type OfService = DeadLetters['services'][number]
type ReplayedOne = ReplayedDeadLetters['replayed'][number]

/** Of every service that takes events in; one that is away is named with why. */
export async function listDeadLetters(context: Context): Promise<DeadLetters> {
  const secret = secretOrThrow(context)
  const asked = [...context.upstreams.services.values()].map(async (service): Promise<OfService[]> => {
    try {
      const letters = await askDeadLetters(service, secret)
      return letters ? [{ service: service.name, reason: null, dead_letters: letters }] : []
    } catch (error) {
      return [{ service: service.name, reason: reasonOf(error), dead_letters: [] }]
    }
  })
  return { services: (await Promise.all(asked)).flat() }
}

type Ordered = { readonly by: string; readonly why: string | null }

/** One after the other: each answers for itself, and one that fails stops no other. */
export async function replayDeadLetters(
  names: readonly DeadLetterName[],
  { by, why }: Ordered,
  context: Context,
): Promise<ReplayedDeadLetters> {
  const secret = secretOrThrow(context)
  refuseUnknown(names, context)
  // What could not be audited is not done.
  const sql = context.ledger.sqlOrThrow
  const summary = `replay of ${names.length} dead letter(s): ${names.slice(0, 20).map(nameOf).join(', ')}`
  await addAuditEntry(sql, { by, action: 'replay', flip: null, summary, why })
  const replayed: ReplayedOne[] = []
  for (const name of names) replayed.push({ ...name, ...(await replayOne(name, context, secret)) })
  return { replayed }
}

async function replayOne({ service, id }: DeadLetterName, { upstreams }: Context, secret: string) {
  const upstream = upstreams.services.get(service)
  if (!upstream) return { outcome: 'unknown', reason: null } as const
  try {
    return await askReplay(upstream, id, secret)
  } catch (error) {
    return { outcome: 'failed', reason: `${service} is away, ${reasonOf(error)}: ask again` } as const
  }
}

function refuseUnknown(names: readonly DeadLetterName[], { upstreams }: Context): void {
  const unknown = names.find(({ service }) => !upstreams.services.has(service))
  if (!unknown) return
  const known = [...upstreams.services.keys()].join(', ')
  throw new ControlError('UNKNOWN_NAME', `There is no service "${unknown.service}". There are: ${known}.`)
}

function secretOrThrow({ serviceSecret }: Context): string {
  if (serviceSecret !== '') return serviceSecret
  throw new ControlError(
    'REFUSED',
    'This facade cannot ask the services: LEGACY_JWT_SECRET is not set. Set it as they have it, and restart the facade.',
  )
}

const nameOf = ({ service, id }: DeadLetterName): string => `${service}/${id}`
