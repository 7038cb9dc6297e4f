import { type AuditEntry, CARVED_OUT, type CarveOutStatus } from '@emotibot/contracts'
import { addAuditEntry } from '@emotibot/flags'
import { ApiError } from '@emotibot/service-kit'
import Type from 'typebox'
import Value from 'typebox/value'
import type { ControlContext } from '../context.ts'
import { ControlError } from '../errors.ts'
import { commandMover, type MoverCommand } from './ask-mover.ts'
import { MoverDownError } from './errors.ts'

const Said = Type.Object({ message: Type.String() })

export type CarveOutCommand = {
  readonly domain: string
  readonly command: MoverCommand
  readonly query?: Readonly<Record<string, string>>
  /** How the audit calls it; null for what changes nothing. */
  readonly action: AuditEntry['action'] | null
  /** What more the audit says of it. */
  readonly detail?: string
  readonly by: string
  readonly why: string | null
}

/** Has the mover do something with a domain, audits it, and answers what it says. */
export async function commandCarveOut(order: CarveOutCommand, context: ControlContext): Promise<unknown> {
  const { domain, command, query } = order
  if (!CARVED_OUT.some((known) => known === domain)) throw unknownDomain(domain)
  // What could not be audited is not done.
  const sql = context.ledger.sqlOrThrow
  const { status, body } = await commandMover(context.mover.address, { command, domain, query })
  if (status === 404) throw unknownToMover(domain)
  if (status >= 300) throw refusalOf(status, body)
  await audit(order, sql)
  return body
}

function refusalOf(status: number, body: unknown): ControlError {
  const said = Value.Check(Said, body) ? body.message : JSON.stringify(body)
  if (status === 409) return new ControlError('REFUSED', said)
  return new MoverDownError(`it answered ${status}, ${said}`)
}

function unknownToMover(domain: string): ControlError {
  const variable = `${domain.toUpperCase()}_DATABASE_URL`
  return new ControlError(
    'REFUSED',
    `The mover does not know where the service of ${domain} keeps its rows: set ${variable} there and restart it.`,
  )
}

async function audit(
  { domain, action, detail = '', by, why }: CarveOutCommand,
  sql: Parameters<typeof addAuditEntry>[0],
): Promise<void> {
  if (action === null) return
  await addAuditEntry(sql, { by, action, flip: null, summary: `${action} of ${domain}${detail}`, why })
}

/** How a domain stands right now. */
export async function carveOutOf(domain: string, { mover }: ControlContext): Promise<CarveOutStatus> {
  const view = await mover.look()
  const carveOut = view.isUp ? view.carveOuts.find((one) => one.domain === domain) : undefined
  if (!carveOut)
    throw new ApiError('BUSY', `The mover took it, and went away: ./fig status tells how ${domain} is.`)
  return carveOut
}

function unknownDomain(domain: string): ControlError {
  const known = CARVED_OUT.join(', ')
  return new ControlError('UNKNOWN_NAME', `No domain "${domain}" is carved out. There are: ${known}.`)
}
