import { MOVER, MOVER_PATHS, MoverStatus } from '@emotibot/contracts'
import { createServiceToken } from '@emotibot/service-kit'
import Value from 'typebox/value'
import { MoverDownError, MoverSecretError, OutcomeUnknownError } from './errors.ts'

export type MoverAddress = {
  /** Empty: there is no mover. */
  readonly url: string
  /** Empty: it cannot be commanded from here. */
  readonly secret: string
}
export type MoverCommand = Exclude<keyof typeof MOVER_PATHS, 'status'>
export type CommandAnswer = { readonly status: number; readonly body: unknown }

const STATUS_WITHIN_MS = 1_500
/** Trying again what is set aside takes longest. */
const COMMAND_WITHIN_MS = 20_000
const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

/** What the mover says of every carve-out. Throws MoverDownError, with the reason in words. */
export async function askMover({ url }: MoverAddress): Promise<MoverStatus> {
  if (url === '') throw new MoverDownError('EMOTIBOT_MOVER_URL is not set')
  try {
    const answer = await fetch(url + MOVER_PATHS.status, { signal: AbortSignal.timeout(STATUS_WITHIN_MS) })
    const status: unknown = await answer.json()
    if (!answer.ok || !Value.Check(MoverStatus, status))
      throw new Error(`it answered ${answer.status}, and not what a mover answers`)
    return status
  } catch (cause) {
    throw new MoverDownError(reasonOf(cause), { cause })
  }
}

export type Commanded = {
  readonly command: MoverCommand
  readonly domain: string
  readonly query?: Readonly<Record<string, string>> | undefined
}

/** Has the mover do something. Throws MoverDownError when it surely heard nothing, else OutcomeUnknownError. */
export async function commandMover(
  { url, secret }: MoverAddress,
  { command, domain, query = {} }: Commanded,
): Promise<CommandAnswer> {
  if (url === '') throw new MoverDownError('EMOTIBOT_MOVER_URL is not set')
  if (secret === '') throw new MoverSecretError()
  const token = await createServiceToken({ secret, caller: 'facade', audience: MOVER })
  const target = new URL(url + MOVER_PATHS[command].replace(':domain', encodeURIComponent(domain)))
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(COMMAND_WITHIN_MS),
    })
    return { status: answer.status, body: readBody(await answer.text()) }
  } catch (cause) {
    if (NEVER_LEFT.has(codeOf(cause))) throw new MoverDownError(reasonOf(cause), { cause })
    throw new OutcomeUnknownError(`The mover did not answer the ${command}: ${reasonOf(cause)}.`, { cause })
  }
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function codeOf(error: unknown): string {
  const inner: unknown = error instanceof Error ? (error.cause ?? error) : error
  return inner instanceof Error && 'code' in inner ? String(inner.code) : ''
}

function reasonOf(error: unknown): string {
  if (codeOf(error) === 'ECONNREFUSED') return 'nothing listens there'
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'it does not answer in time'
  return error.cause instanceof Error ? error.cause.message : error.message
}
