import { randomUUID } from 'node:crypto'
import { pathOf } from '@emotibot/contracts'
import type { ViolationKind } from '../journal/journal.ts'
import { createPast } from './past.ts'
import { type Given, jsonGiven, type Plant, type Taken } from './planted-door.ts'

/** A promise that is broken, and what the storm must call it. */
export type Planted = { readonly name: string; readonly found: ViolationKind; readonly plant: Plant }

const isCall = (method: string, path: string) => (taken: Taken) =>
  taken.method === method && taken.path === path

const isRegister = isCall('POST', pathOf('auth.register'))
const isLogout = isCall('POST', pathOf('auth.logout'))
const isPassword = isCall('PUT', pathOf('auth.password'))
const isMe = isCall('GET', pathOf('auth.me'))
const isSend = ({ method, path }: Taken) => method === 'POST' && path.endsWith('/turns')

const user = (taken: Taken) => {
  const { username, email } = JSON.parse(taken.body.toString()) as { username: string; email: string }
  const at = new Date(0).toISOString()
  return { user_id: randomUUID(), username, email, created_at: at, updated_at: at, is_active: true }
}
const registered = (taken: Taken): Given =>
  jsonGiven(201, { message: 'User registered successfully', user: user(taken) })

export const plants: readonly Planted[] = [
  {
    name: 'a registration that is acknowledged and not done',
    found: 'missing',
    plant: { instead: (taken) => (isRegister(taken) ? registered(taken) : null) },
  },
  {
    name: 'a change of password that is acknowledged and not done',
    found: 'missing',
    plant: { instead: (taken) => (isPassword(taken) ? jsonGiven(200, { message: 'Changed' }) : null) },
  },
  {
    name: 'a logout that is acknowledged and not done',
    found: 'revived',
    plant: {
      instead: (taken) => (isLogout(taken) ? { status: 204, headers: {}, body: Buffer.alloc(0) } : null),
    },
  },
  {
    name: 'a turn that is said twice',
    found: 'doubled',
    plant: {
      also: (taken) => {
        if (!isSend(taken)) return null
        return { ...taken, headers: { ...taken.headers, 'idempotency-key': randomUUID() } }
      },
    },
  },
  {
    name: 'a race that two have won',
    found: 'doubled',
    plant: {
      change: (taken, given) => (isRegister(taken) && given.status === 400 ? registered(taken) : given),
    },
  },
  { name: 'an answer from before the change', found: 'stale_reads', plant: createPast(isMe) },
  {
    name: 'an error now and then',
    found: 'failed_without_fault',
    plant: {
      change: (taken, given) => (isSend(taken) ? jsonGiven(503, { code: 'BUSY' }) : given),
    },
  },
]
