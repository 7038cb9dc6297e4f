import {
  DEAD_LETTERS_PATH,
  DeadLetter,
  type DeadLetterName,
  REPLAY_DEAD_LETTER_PATH,
} from '@emotibot/contracts'
import { createServiceToken } from '@emotibot/service-kit'
import Type from 'typebox'
import Value from 'typebox/value'
import type { Upstream } from '../../upstreams/upstream.ts'

const Listed = Type.Object({ dead_letters: Type.Array(DeadLetter) })
const Said = Type.Object({ message: Type.String() })

const WITHIN_MS = 5_000

export type Service = Pick<Upstream, 'name' | 'url'>

/** Null for a service that takes no events in. Throws when it does not answer, or not what a consumer answers. */
export async function askDeadLetters(service: Service, secret: string): Promise<DeadLetter[] | null> {
  const { status, body } = await ask(service, { method: 'GET', path: DEAD_LETTERS_PATH, secret })
  if (status === 404) return null
  if (status === 200 && Value.Check(Listed, body)) return body.dead_letters
  throw new Error(`it answered ${status}`)
}

export type Replay = { readonly outcome: 'taken' | 'failed' | 'unknown'; readonly reason: string | null }

/** Throws when it is not known what became of it; asking again does no harm. */
export async function askReplay(service: Service, id: DeadLetterName['id'], secret: string): Promise<Replay> {
  const path = REPLAY_DEAD_LETTER_PATH.replace(':id', String(id))
  const { status, body } = await ask(service, { method: 'POST', path, secret })
  if (status === 204) return { outcome: 'taken', reason: null }
  if (status === 404) return { outcome: 'unknown', reason: null }
  const reason = Value.Check(Said, body) ? body.message : `${service.name} answered ${status}`
  return { outcome: 'failed', reason }
}

type Question = { readonly method: 'GET' | 'POST'; readonly path: string; readonly secret: string }

async function ask({ name, url }: Service, { method, path, secret }: Question) {
  const token = await createServiceToken({ secret, caller: 'facade', audience: name })
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(WITHIN_MS),
  })
  return { status: answer.status, body: parse(await answer.text()) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
