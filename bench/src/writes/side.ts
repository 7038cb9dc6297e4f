import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { SESSION_LIFETIME_SECONDS } from '@emotibot/contracts'
import type { User } from '../load/sign-token.ts'

/** A process to write to, and how its store gets sessions to end. */
export type Side = {
  readonly url: string
  addSessions(ids: readonly string[]): Promise<void>
  close(): Promise<void>
}

export type SideOptions = {
  /** Without: no authority, no mark, no position, no triggers. */
  readonly isGuarded: boolean
  readonly secret: string
  readonly user: User
}

const UNGUARDED = fileURLToPath(new URL('unguarded.ts', import.meta.url))

export function envOf({ isGuarded }: SideOptions): Readonly<Record<string, string>> {
  return isGuarded ? {} : { NODE_OPTIONS: `--import=${UNGUARDED}` }
}

export const SCOPE = { group: 'auth', partition: 'ann' } as const

export function createUser(): User {
  return { id: randomUUID(), username: 'ann', email: 'ann@example.org' }
}

/** When a session begins and ends, in milliseconds. */
export function lifeOfSession(): { readonly from: number; readonly to: number } {
  const from = Date.now()
  return { from, to: from + SESSION_LIFETIME_SECONDS * 1_000 }
}
